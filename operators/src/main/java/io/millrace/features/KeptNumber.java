package io.millrace.features;

import java.io.Serializable;

/**
 * What a log keeps in a column, as a number.
 *
 * @param digits of a scaled integer, how many lie after the point
 * @param selection the rows that have a value
 */
record KeptNumber(int column, boolean isFloating, int digits, int selection)
        implements Serializable {

    /** A row's number; NaN where it has none. */
    double of(LogIndexes indexes, int row) {
        return indexes.selection(selection).counts(row)
                ? number(indexes.log().value(row, column))
                : Double.NaN;
    }

    /** The number that {@link #ordered(RowLog, int, int)} stands for. */
    double fromOrdered(long ordered) {
        return number(isFloating ? swapped(ordered) : ordered);
    }

    /** What a log keeps, as a long that sorts as the numbers do. */
    static long ordered(RowLog log, int column, int row) {
        long value = log.value(row, column);
        return log.isFloating(column) ? swapped(value) : value;
    }

    private double number(long value) {
        return isFloating ? Double.longBitsToDouble(value) : Decimals.nearest(value, digits);
    }

    /** Negative doubles sort the wrong way round as bits; this is its own inverse. */
    private static long swapped(long bits) {
        return bits ^ ((bits >> (Long.SIZE - 1)) & Long.MAX_VALUE);
    }
}
