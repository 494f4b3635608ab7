package io.millrace.features;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one entity in event-time order, each a time and some columns.
 *
 * <p>A row is stored once, whatever the number of windows that cover it; a window is a stretch of
 * rows. What is said of a stretch without visiting its rows comes from {@link LogIndexes}, which
 * are made when they are first asked for and are no part of what is written.
 *
 * <p>A column holds scaled integers, or the bits of doubles, NaN for a null.
 *
 * <p>Invariant: rows {@code first()} to {@code end() - 1} are live and sorted by time; rows of one
 * time stay in the order in which they came, or in that of their ranks.
 */
final class RowLog {
    private static final int INITIAL_ROWS = 4;

    private final boolean[] floating;
    private final int stride;

    /** Row r is {@code cells[r * stride]}, its time, then one cell for each column. */
    private long[] cells;

    private int first;
    private int end;

    private @Nullable LogIndexes indexes;

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
    }

    private RowLog(RowLog other) {
        this.floating = other.floating;
        this.stride = other.stride;
        this.cells =
                Arrays.copyOfRange(
                        other.cells, other.first * stride, (other.end + 1) * other.stride);
        this.end = other.size();
    }

    RowLog copy() {
        return new RowLog(this);
    }

    /** An empty log of the same columns. */
    RowLog withoutRows() {
        return new RowLog(floating);
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

    /** No row's index gets this high before all are renumbered. */
    int capacity() {
        return cells.length / stride;
    }

    /** How much of the heap it takes with its indexes, roughly. */
    long heapBytes() {
        return (long) cells.length * Long.BYTES + (indexes == null ? 0 : indexes.heapBytes());
    }

    int columns() {
        return floating.length;
    }

    boolean isFloating(int column) {
        return floating[column];
    }

    long timeMillis(int row) {
        return cells[row * stride];
    }

    /** What {@link #insert} was given: a scaled integer, or the bits of a double. */
    long value(int row, int column) {
        return cells[row * stride + 1 + column];
    }

    /** Copies what {@link #insert} was given. */
    void copyValues(int row, long[] values) {
        System.arraycopy(cells, row * stride + 1, values, 0, floating.length);
    }

    /** The indexes of this log, which always have the same plan. */
    LogIndexes indexes(IndexPlan plan) {
        var known = indexes;
        if (known == null) {
            known = new LogIndexes(plan, this);
            indexes = known;
        }
        return known;
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
        int row = end;
        while (row > first && cells[(row - 1) * stride] > timeMillis) {
            row--;
        }
        insert(row, timeMillis, values);
    }

    /**
     * Adds a row after all rows that are older, or as old and not of a higher rank.
     *
     * @param rank the first of the columns by which rows of one time are ordered, of whole numbers:
     *     it and those after it
     */
    void insertRanked(long timeMillis, long[] values, int rank) {
        int row = end;
        while (row > first && isAfter(row - 1, timeMillis, values, rank)) {
            row--;
        }
        insert(row, timeMillis, values);
    }

    private boolean isAfter(int row, long timeMillis, long[] values, int rank) {
        int order = Long.compare(timeMillis(row), timeMillis);
        for (int column = rank; order == 0 && column < values.length; column++) {
            order = Long.compare(value(row, column), values[column]);
        }
        return order > 0;
    }

    private void insert(int place, long timeMillis, long[] values) {
        int row = place;
        if (end == capacity()) {
            row -= first;
            makeRoom();
        }
        int cell = row * stride;
        System.arraycopy(cells, cell, cells, cell + stride, (end - row) * stride);
        cells[cell] = timeMillis;
        System.arraycopy(values, 0, cells, cell + 1, floating.length);
        end++;
        if (indexes != null && row < end - 1) {
            indexes.inserted(row);
        }
    }

    /** Takes a row out, as if it had never come. */
    void remove(int row) {
        if (indexes != null) {
            indexes.removing(row);
        }
        int cell = row * stride;
        System.arraycopy(cells, cell + stride, cells, cell, (end - row - 1) * stride);
        end--;
    }

    /** Forgets the rows at or before the given time. */
    void forgetUntil(long timeMillis) {
        while (first < end && cells[first * stride] <= timeMillis) {
            first++;
        }
    }

    private void makeRoom() {
        int live = size();
        int capacity = Math.max(INITIAL_ROWS, live + (live >> 1)) + 1;
        long[] roomy = new long[capacity * stride];
        System.arraycopy(cells, first * stride, roomy, 0, live * stride);
        cells = roomy;
        first = 0;
        end = live;
        indexes = null;
    }
}
