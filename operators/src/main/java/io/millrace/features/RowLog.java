package io.millrace.features;

import java.util.Arrays;

/**
 * The rows of one entity in event-time order, each a time and some columns, from which the count
 * and the sums of any stretch of rows are read without visiting them.
 *
 * <p>A row is stored once, whatever the number of windows that cover it: as its time and, for each
 * exact column, the running total up to and including it. The sum of a stretch is the difference of
 * two totals. Totals wrap around at 2<sup>64</sup>, so a difference is exact wherever the sum
 * itself fits a {@code long}: it depends neither on the rows before the stretch nor on the order in
 * which rows came in. A floating-point column holds no totals but the bits of each value, since a
 * difference of rounded totals would remember the rows before it.
 *
 * <p>Invariants: rows {@code first()} to {@code end() - 1} are live and sorted by time; the row
 * before {@code first()} holds the totals that the live ones start from, so {@code first() >= 1}.
 */
final class RowLog {
    private static final int INITIAL_ROWS = 4;

    private final boolean[] floating;
    private final int stride;

    /** Row r is {@code cells[r * stride]}, its time, then one cell for each column. */
    private long[] cells;

    private int first = 1;
    private int end = 1;

    /** The largest magnitude that each exact column has held since the log was last empty. */
    private final long[] largest;

    /**
     * @param floating whether each column holds the bits of doubles; exact otherwise
     */
    RowLog(boolean[] floating) {
        this(floating, INITIAL_ROWS);
    }

    RowLog(boolean[] floating, int rows) {
        this.floating = floating;
        this.stride = 1 + floating.length;
        this.cells = new long[(rows + 1) * stride];
        this.largest = new long[floating.length];
    }

    private RowLog(RowLog other) {
        this.floating = other.floating;
        this.stride = other.stride;
        this.largest = other.largest.clone();
        this.cells =
                Arrays.copyOfRange(
                        other.cells, (other.first - 1) * stride, other.end * other.stride);
        this.first = 1;
        this.end = 1 + other.size();
    }

    RowLog copy() {
        return new RowLog(this);
    }

    /** The index of the oldest row. */
    int first() {
        return first;
    }

    /** The index after the newest row. */
    int end() {
        return end;
    }

    int size() {
        return end - first;
    }

    int columns() {
        return floating.length;
    }

    long timeMillis(int row) {
        return cells[row * stride];
    }

    /** What {@link #insert} was given: a scaled integer, or the bits of a double. */
    long value(int row, int column) {
        int cell = row * stride + 1 + column;
        return floating[column] ? cells[cell] : cells[cell] - cells[cell - stride];
    }

    /** The index of the first row after the given time; {@code end()} where there is none. */
    int after(long timeMillis) {
        // Nearly always the right edge of a window is the newest row.
        if (first == end || cells[(end - 1) * stride] <= timeMillis) {
            return end;
        }
        int low = first;
        int high = end - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cells[middle * stride] <= timeMillis) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Adds a row after all rows that are not newer. */
    void insert(long timeMillis, long[] values) {
        if ((end + 1) * stride > cells.length) {
            makeRoom();
        }
        int row = end;
        while (row > first && cells[(row - 1) * stride] > timeMillis) {
            row--;
        }
        int cell = row * stride;
        System.arraycopy(cells, cell, cells, cell + stride, (end - row) * stride);
        end++;
        cells[cell] = timeMillis;
        for (int column = 0; column < floating.length; column++) {
            long value = values[column];
            int here = cell + 1 + column;
            if (floating[column]) {
                cells[here] = value;
            } else {
                cells[here] = cells[here - stride] + value;
                for (int later = here + stride; later < end * stride; later += stride) {
                    cells[later] += value;
                }
                long magnitude = value == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(value);
                largest[column] = Math.max(largest[column], magnitude);
            }
        }
    }

    /** Forgets the rows at or before the given time. */
    void forgetUntil(long timeMillis) {
        while (first < end && cells[first * stride] <= timeMillis) {
            first++;
        }
        if (first == end) {
            Arrays.fill(largest, 0);
        }
    }

    /** Whether the sum of an exact column over rows {@code from} to {@code to - 1} fits a long. */
    boolean sumFits(int column, int from, int to) {
        int rows = to - from;
        long bound = largest[column];
        if (Math.multiplyHigh(bound, rows) == 0 && bound * rows >= 0) {
            return true;
        }
        // The bound remembers forgotten rows and ignores signs: where it does not say yes, count.
        long high = 0;
        long low = 0;
        for (int row = from; row < to; row++) {
            long value = value(row, column);
            long sum = low + value;
            boolean carry = Long.compareUnsigned(sum, low) < 0;
            high += (value >> 63) + (carry ? 1 : 0);
            low = sum;
        }
        return high == (low >> 63);
    }

    /** The sum of an exact column over rows {@code from} to {@code to - 1}, modulo 2^64. */
    long sum(int column, int from, int to) {
        int cell = 1 + column - stride;
        return cells[to * stride + cell] - cells[from * stride + cell];
    }

    /**
     * The sum of a floating-point column over rows {@code from} to {@code to - 1}, within one unit
     * in the last place.
     *
     * <p>Neumaier, <em>Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen</em>,
     * ZAMM 54 (1974).
     */
    double floatingSum(int column, int from, int to) {
        double sum = 0;
        double lost = 0;
        for (int row = from; row < to; row++) {
            double value = Double.longBitsToDouble(cells[row * stride + 1 + column]);
            double next = sum + value;
            lost += Math.abs(sum) >= Math.abs(value) ? (sum - next) + value : (value - next) + sum;
            sum = next;
        }
        // With an infinity among the values the compensation is not a number; the sum is right.
        return Double.isFinite(lost) ? sum + lost : sum;
    }

    boolean isFloating(int column) {
        return floating[column];
    }

    private void makeRoom() {
        int live = size();
        int capacity = Math.max(INITIAL_ROWS, live + (live >> 1)) + 1;
        long[] roomy = new long[(capacity + 1) * stride];
        System.arraycopy(cells, (first - 1) * stride, roomy, 0, (live + 1) * stride);
        cells = roomy;
        first = 1;
        end = 1 + live;
    }
}
