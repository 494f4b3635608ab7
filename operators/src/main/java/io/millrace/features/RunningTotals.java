package io.millrace.features;

import java.io.Serializable;

/**
 * The exact sum of a column over any stretch of rows, as the difference of two running totals.
 *
 * <p>A value is a whole number times a power of two. Totals are kept in so many 64-bit words, and
 * in such a unit, that no total of the log's rows overflows and no bit of a value is lost: one word
 * for most integers and decimals, two for doubles of everyday size, three or four for the squares
 * of these. A value that does not fit makes all totals anew in more words. So the sum of a stretch
 * depends neither on the rows before it nor on the order in which rows came, and is rounded once.
 *
 * <p>Doubles of so different magnitudes that they would take more than {@value #MOST_WORDS} words
 * are added up row by row, exactly too.
 */
final class RunningTotals extends RowIndex {
    private static final int MOST_WORDS = 8;
    private static final int SIGN_BIT = 1;
    private static final int EXPONENT_BIAS = 1075;
    private static final long MANTISSA = (1L << 52) - 1;

    /**
     * What is summed.
     *
     * @param digits of a scaled integer, how many lie after the point
     * @param power 1 for the values, 2 for their squares
     * @param selection which rows count
     */
    record Plan(int column, int digits, int power, int selection) implements Serializable {}

    private final int column;
    private final boolean isFloating;
    private final int digits;
    private final int power;
    private final Selection selection;

    /** The words of the total of all rows before each row. */
    private long[] totals = {};

    /** The words of a total. */
    private int width;

    /** A total counts multiples of 2<sup>power · unit</sup>. */
    private int unit;

    /** The exponents of the lowest bit and above the highest one of any value that counts. */
    private int lowest = Integer.MAX_VALUE;

    private int highest = Integer.MIN_VALUE;

    RunningTotals(Plan plan, RowLog log, Selection selection) {
        super(log);
        this.column = plan.column;
        this.isFloating = log.isFloating(column);
        this.digits = plan.digits;
        this.power = plan.power;
        this.selection = selection;
    }

    @Override
    void cover(int from, int to) {
        for (int row = from; row < to; row++) {
            if (selection.counts(row)) {
                measure(log.value(row, column));
            }
        }
        int begin = from;
        if (!fits()) {
            begin = log.first();
        }
        if (width > MOST_WORDS) {
            return;
        }
        if (width == 1 && !isFloating && power == 1) {
            for (int row = begin; row < to; row++) {
                long value = selection.counts(row) ? log.value(row, column) : 0;
                totals[row + 1] = totals[row] + value;
            }
            return;
        }
        for (int row = begin; row < to; row++) {
            System.arraycopy(totals, row * width, totals, (row + 1) * width, width);
            add(row, totals, (row + 1) * width);
        }
    }

    @Override
    long heapBytes() {
        return (long) totals.length * Long.BYTES;
    }

    /**
     * The double nearest to the sum of rows {@code from} to {@code to - 1}; infinite where it is
     * beyond all doubles.
     */
    double sum(int from, int to) {
        if (from == to) {
            return 0;
        }
        return width == 1 && !isFloating
                ? Decimals.nearest(totals[to] - totals[from], digits)
                : exact(from, to).nearest(digits);
    }

    /** The sum of rows {@code from} to {@code to - 1}, at least one, in units of the last digit. */
    WideNumber exact(int from, int to) {
        if (width <= MOST_WORDS) {
            return new WideNumber(
                    WideNumber.difference(totals, to * width, from * width, width), power * unit);
        }
        long[] sum = new long[width];
        for (int row = from; row < to; row++) {
            add(row, sum, 0);
        }
        return new WideNumber(sum, power * unit);
    }

    /** Adds a row's value to a total, if the row counts. */
    private void add(int row, long[] words, int at) {
        if (!selection.counts(row)) {
            return;
        }
        long value = log.value(row, column);
        long magnitude = isFloating ? mantissa(value) : Math.abs(value);
        int shift = isFloating ? power * (exponent(value) - unit) : 0;
        if (magnitude == 0) {
            return;
        }
        if (power == 1) {
            WideNumber.add(magnitude, shift, value < 0, words, at, width);
        } else {
            long high = Math.multiplyHigh(magnitude, magnitude);
            WideNumber.add(magnitude * magnitude, shift, false, words, at, width);
            WideNumber.add(high, shift + Long.SIZE, false, words, at, width);
        }
    }

    private void measure(long value) {
        long magnitude = isFloating ? mantissa(value) : Math.abs(value);
        if (magnitude != 0) {
            int exponent = isFloating ? exponent(value) : 0;
            lowest = Math.min(lowest, exponent);
            highest =
                    Math.max(highest, exponent + Long.SIZE - Long.numberOfLeadingZeros(magnitude));
        }
    }

    /** Whether the totals hold what has been measured; if not, they are empty and hold it now. */
    private boolean fits() {
        boolean isNothing = lowest > highest;
        int coarsest = isNothing ? 0 : Math.floorDiv(lowest, Long.SIZE) * Long.SIZE;
        int neededUnit = width == 0 ? coarsest : Math.min(unit, coarsest);
        int valueBits = isNothing ? 0 : power * (highest - neededUnit);
        int rowBits = Integer.SIZE - Integer.numberOfLeadingZeros(log.capacity());
        int neededWidth = (valueBits + rowBits + SIGN_BIT + Long.SIZE - 1) / Long.SIZE;
        if (neededUnit == unit && neededWidth <= width) {
            return true;
        }
        unit = neededUnit;
        width = neededWidth;
        totals = width > MOST_WORDS ? new long[0] : new long[(log.capacity() + 1) * width];
        return false;
    }

    /** The bits of a double without its exponent and its sign. */
    private static long mantissa(long bits) {
        int biased = (int) (bits >>> 52) & 0x7FF;
        return biased == 0 ? bits & MANTISSA : (bits & MANTISSA) | (MANTISSA + 1);
    }

    /** The exponent of the last bit of {@link #mantissa}. */
    private static int exponent(long bits) {
        int biased = (int) (bits >>> 52) & 0x7FF;
        return Math.max(biased, 1) - EXPONENT_BIAS;
    }
}
