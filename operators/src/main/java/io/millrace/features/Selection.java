package io.millrace.features;

import java.io.Serializable;
import java.util.List;

/**
 * The rows of a log that count for some windows: those that have a value and meet a condition.
 *
 * <p>It knows how many of them lie before each row, so that they are counted in O(1), and found in
 * O(log n), in any stretch.
 */
final class Selection extends RowIndex {
    /** No row, or no column. */
    static final int NONE = -1;

    /**
     * Which rows count.
     *
     * @param number the floating-point column that must not be NaN; {@link #NONE} where there is
     *     none
     * @param conditions the columns that must not be 0
     */
    record Plan(int number, List<Integer> conditions) implements Serializable {

        Plan {
            conditions = List.copyOf(conditions);
        }
    }

    private final int number;
    private final int[] conditions;

    /** Whether every row counts; then nothing is kept. */
    private final boolean isEvery;

    /** How many rows before each row count, from where this index began. */
    private final int[] before;

    Selection(Plan plan, RowLog log) {
        super(log);
        this.number = plan.number;
        this.conditions = plan.conditions.stream().mapToInt(Integer::intValue).toArray();
        this.isEvery = number == NONE && conditions.length == 0;
        this.before = isEvery ? new int[0] : new int[log.capacity() + 1];
    }

    @Override
    void cover(int from, int to) {
        if (isEvery) {
            return;
        }
        for (int row = from; row < to; row++) {
            before[row + 1] = before[row] + (counts(row) ? 1 : 0);
        }
    }

    @Override
    long heapBytes() {
        return (long) before.length * Integer.BYTES;
    }

    boolean counts(int row) {
        for (int condition : conditions) {
            if (log.value(row, condition) == 0) {
                return false;
            }
        }
        return number == NONE || !Double.isNaN(Double.longBitsToDouble(log.value(row, number)));
    }

    /** How many of rows {@code from} to {@code to - 1} count. */
    int count(int from, int to) {
        return isEvery ? to - from : before[to] - before[from];
    }

    /** The oldest of rows {@code from} to {@code to - 1} that counts, or {@link #NONE}. */
    int first(int from, int to) {
        return count(from, to) == 0
                ? NONE
                : isEvery ? from : rowThatMakes(before[from] + 1, from, to);
    }

    /** The newest of rows {@code from} to {@code to - 1} that counts, or {@link #NONE}. */
    int last(int from, int to) {
        return count(from, to) == 0 ? NONE : isEvery ? to - 1 : rowThatMakes(before[to], from, to);
    }

    /** The row with which the given number of rows is reached; it must be among these. */
    private int rowThatMakes(int count, int from, int to) {
        int low = from;
        int high = to - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (before[middle + 1] < count) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
