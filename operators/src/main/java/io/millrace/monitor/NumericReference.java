package io.millrace.monitor;

import io.millrace.record.FeatureDrift.Role;
import java.util.Arrays;

/**
 * How the numbers of a reference are distributed, in bins that never move.
 *
 * <p>The bins are right-closed: bin {@code i} holds what is above edge {@code i - 1} and at most
 * edge {@code i}, the first and the last one all below and above. Every decile is an edge, so the
 * counts of the deciles' bins are sums of these.
 *
 * @param deciles the edges of at most ten bins, ascending, each once
 * @param edges those of the fine bins
 * @param counts how many rows are in each fine bin; one more than edges
 * @param points the mean of the rows of each fine bin; of an empty one, its upper edge
 * @param min the smallest value
 * @param max the largest
 * @param std the population's standard deviation
 * @param rankError how far a share of rows below a value may be off, since the values were
 *     sketched; 0 where they were all there
 */
// A part of a profile, which is never compared.
@SuppressWarnings("ArrayRecordComponent")
record NumericReference(
        String name,
        Role role,
        long rows,
        long missing,
        double[] deciles,
        double[] edges,
        long[] counts,
        double[] points,
        double min,
        double max,
        double mean,
        double std,
        double rankError)
        implements FeatureReference {
    static final int DECILES = 10;
    static final int FINE = 128;

    /**
     * Of values that are all there.
     *
     * @param valid finite values, in any order
     */
    static NumericReference of(String name, Role role, double[] valid, long missing) {
        long rows = valid.length + missing;
        if (valid.length == 0) {
            double none = Double.NaN;
            return new NumericReference(
                    name,
                    role,
                    rows,
                    missing,
                    new double[0],
                    new double[0],
                    new long[1],
                    new double[] {none},
                    none,
                    none,
                    none,
                    none,
                    0);
        }
        double[] sorted = valid.clone();
        Arrays.sort(sorted);
        var quantiles = new Quantiles(sorted);
        double[] deciles = quantiles.between(DECILES);
        double[] edges = fine(deciles, quantiles.between(FINE));
        var counts = new long[edges.length + 1];
        var points = new double[edges.length + 1];
        int from = 0;
        for (int bin = 0; bin < counts.length; bin++) {
            int to = from;
            while (to < sorted.length && (bin == edges.length || sorted[to] <= edges[bin])) {
                to++;
            }
            counts[bin] = (long) to - from;
            points[bin] =
                    to > from ? mean(sorted, from, to) : edges[Math.min(bin, edges.length - 1)];
            from = to;
        }
        double mean = mean(sorted, 0, sorted.length);
        return new NumericReference(
                name,
                role,
                rows,
                missing,
                deciles,
                edges,
                counts,
                points,
                sorted[0],
                sorted[sorted.length - 1],
                mean,
                std(sorted, mean),
                0);
    }

    /** The edges of the fine bins: the deciles are among them. */
    static double[] fine(double[] deciles, double[] fine) {
        double[] edges = Arrays.copyOf(fine, fine.length + deciles.length);
        System.arraycopy(deciles, 0, edges, fine.length, deciles.length);
        return Quantiles.distinct(edges);
    }

    private static double mean(double[] sorted, int from, int to) {
        // Of the differences from the first, so that large numbers keep their small differences.
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += sorted[i] - sorted[from];
        }
        double mean = sorted[from] + sum / (to - from);
        return Math.max(sorted[from], Math.min(sorted[to - 1], mean));
    }

    private static double std(double[] values, double mean) {
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return Math.sqrt(sum / values.length);
    }

    /** The counts of the deciles' bins, from those of the fine ones. */
    long[] inDeciles(long[] fine) {
        var coarse = new long[deciles.length + 1];
        int bin = 0;
        for (int i = 0; i < fine.length; i++) {
            while (bin < deciles.length && (i == edges.length || edges[i] > deciles[bin])) {
                bin++;
            }
            coarse[bin] += fine[i];
        }
        return coarse;
    }

    /** What a distance of one is in these numbers' units. */
    double scale() {
        if (std > 0) {
            return std;
        }
        return mean == 0 || !Double.isFinite(mean) ? 1 : Math.abs(mean);
    }
}
