package io.millrace.monitor;

import java.util.ArrayList;
import java.util.List;

/**
 * A uniform sample of rows; the same of the same rows in the same order. (Vitter's algorithm R.)
 */
final class RowSample {
    static final int MOST_ROWS = 20_000;

    /** 32 MB: of wide rows there are fewer. */
    private static final int MOST_NUMBERS = 4_000_000;

    private final int most;
    private final List<double[]> rows = new ArrayList<>();
    private final MersenneTwister chance = new MersenneTwister(1);

    /** As far as can be told apart: two thousand million. */
    private int seen;

    /**
     * @param mostRows so many at most
     */
    RowSample(int width, int mostRows) {
        long numbers = (long) MOST_NUMBERS * mostRows / MOST_ROWS;
        most = Math.min(mostRows, (int) (numbers / Math.max(1, width)));
    }

    void add(double[] row) {
        seen = Math.min(seen, Integer.MAX_VALUE - 1) + 1;
        if (rows.size() < most) {
            rows.add(row.clone());
            return;
        }
        int place = chance.below(seen);
        if (place < most) {
            rows.set(place, row.clone());
        }
    }

    double[][] rows() {
        return rows.toArray(double[][]::new);
    }
}
