package io.millrace.monitor;

import org.apache.commons.numbers.gamma.RegularizedGamma;

/**
 * Pearson's test of whether two sets of counts over the same categories have the same shares,
 * without a correction for continuity.
 *
 * @param statistic how far the counts are from those expected
 * @param degrees how many of them are free; 0 where there is but one category
 * @param p the chance of a statistic at least as large
 */
record ChiSquared(double statistic, int degrees, double p) {

    /** The chance of a value at least as large. */
    static double survival(double value, int degrees) {
        return degrees == 0 || value <= 0 ? 1 : RegularizedGamma.Q.value(degrees / 2.0, value / 2);
    }

    /** Tests two sets, each with a count somewhere; a category that neither has is none. */
    static ChiSquared of(long[] reference, long[] current) {
        double referenceRows = (double) Divergence.sum(reference);
        double currentRows = (double) Divergence.sum(current);
        double all = referenceRows + currentRows;
        double statistic = 0;
        int categories = 0;
        for (int i = 0; i < reference.length; i++) {
            double both = (double) reference[i] + current[i];
            if (both == 0) {
                continue;
            }
            categories++;
            statistic += term((double) reference[i], both * referenceRows / all);
            statistic += term((double) current[i], both * currentRows / all);
        }
        int degrees = categories - 1;
        return degrees == 0
                ? new ChiSquared(0, 0, 1)
                : new ChiSquared(statistic, degrees, survival(statistic, degrees));
    }

    private static double term(double observed, double expected) {
        double difference = observed - expected;
        return difference * difference / expected;
    }

    /**
     * Cramér's V, corrected for bias (Bergsma 2013).
     *
     * @param rows of both sets
     */
    double cramersV(long rows) {
        if (degrees == 0 || rows < 2) {
            return 0;
        }
        double others = rows - 1.0;
        double phi = Math.max(0, statistic / rows - degrees / others);
        double sets = 2 - 1 / others;
        double categories = degrees + 1 - degrees * (double) degrees / others;
        double least = Math.min(sets, categories) - 1;
        return least > 0 ? Math.sqrt(phi / least) : 0;
    }
}
