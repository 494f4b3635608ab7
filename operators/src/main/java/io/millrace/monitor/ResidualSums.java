package io.millrace.monitor;

import java.util.Arrays;

/**
 * Sums of the squares that the reconstruction errors of some rows are made of, one for each
 * feature. They come out to the same bits in any order, as {@link FixedSum} has them.
 *
 * <p>Of at most {@value ScoreRows#MOST} rows: the squares of one that is not far away are summed as
 * doubles, which is exact.
 */
final class ResidualSums {
    private final double[] near;
    private final long[] far;
    private boolean hasFar;

    ResidualSums(int features) {
        near = new double[features];
        far = new long[features * FixedSum.CELLS];
    }

    /**
     * Adds a row.
     *
     * @param error its length; one that is not finite is missing, and adds nothing
     */
    void add(double error, double[] rest) {
        if (error <= ScoreRows.NEAR) {
            for (int i = 0; i < near.length; i++) {
                near[i] += FixedSum.rounded(rest[i] * rest[i]);
            }
        } else {
            hasFar |= Double.isFinite(error);
            add(error, rest, far, 0);
        }
    }

    /** Adds a row to sums that lie one after the other. */
    static void add(double error, double[] rest, long[] cells, int at) {
        if (Double.isFinite(error)) {
            for (int i = 0; i < rest.length; i++) {
                FixedSum.add(cells, at + i * FixedSum.CELLS, rest[i] * rest[i]);
            }
        }
    }

    /** Moves the sums to others, and begins anew. */
    void moveTo(long[] cells, int at) {
        for (int i = 0; i < near.length; i++) {
            FixedSum.add(cells, at + i * FixedSum.CELLS, near[i]);
            near[i] = 0;
        }
        if (hasFar) {
            merge(far, 0, cells, at, far.length);
            Arrays.fill(far, 0);
            hasFar = false;
        }
    }

    /** Adds sums to others. */
    static void merge(long[] from, int fromAt, long[] to, int toAt, int length) {
        for (int i = 0; i < length; i += FixedSum.CELLS) {
            FixedSum.add(to, toAt + i, from[fromAt + i], from[fromAt + i + 1]);
        }
    }
}
