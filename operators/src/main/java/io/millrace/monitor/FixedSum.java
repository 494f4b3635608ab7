package io.millrace.monitor;

/**
 * Sums of numbers that come out to the same bits in any order and however they are split: each
 * number is rounded to a multiple of 2<sup>-32</sup> first, and they are added as whole numbers of
 * 128 bits.
 *
 * <p>A number beyond ±2<sup>30</sup> counts as that. A sum takes two cells of an array, the low
 * half first; two sums merge by {@link #add(long[], int, long, long)}.
 */
final class FixedSum {
    static final int CELLS = 2;

    private static final double UNIT = 0x1p32;
    private static final double LARGEST = 0x1p30;

    /** The last bit of what is added to this is 2<sup>-32</sup>. */
    private static final double ROUNDING = 0x1.8p20;

    private FixedSum() {}

    /** Adds a number that is not NaN. */
    static void add(long[] cells, int at, double number) {
        double bounded = Math.abs(number) <= LARGEST ? number : Math.copySign(LARGEST, number);
        long units = (long) Math.rint(bounded * UNIT);
        add(cells, at, units, units >> 63);
    }

    /**
     * A number of at most 2<sup>19</sup> as {@link #add} counts it: the nearest multiple of
     * 2<sup>-32</sup>, of two the even one. Such numbers add up exactly while their sum is below
     * 2<sup>20</sup>.
     */
    static double rounded(double number) {
        return (number + ROUNDING) - ROUNDING;
    }

    /** Adds a sum of another array. */
    static void add(long[] cells, int at, long low, long high) {
        long sum = cells[at] + low;
        cells[at + 1] += high + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
        cells[at] = sum;
    }

    /** The nearest double, but for the last bit or two. */
    static double value(long[] cells, int at) {
        double low = (double) (cells[at] >>> 1) * 2 + (cells[at] & 1);
        return ((double) cells[at + 1] * 0x1p64 + low) / UNIT;
    }
}
