package io.millrace.record;

/**
 * How far a current window's distribution lies from another one. NaN is what does not apply, or
 * could not be computed.
 *
 * @param psi the population stability index over the reference's decile bins, or its categories
 * @param psiP the chance of a PSI at least as large without drift
 * @param psiWithMissing the same index, missing values a bin of their own
 * @param psiWithTails the same index, with what lies beyond the reference's range in bins of its
 *     own; of numbers
 * @param jensenShannon the Jensen-Shannon distance, logarithms to base 2: 0 to 1
 * @param ks the Kolmogorov-Smirnov distance; of numbers
 * @param ksP the chance of one at least as large without drift
 * @param wasserstein the first Wasserstein distance; of numbers
 * @param wassersteinNormed the same in standard deviations of the reference
 * @param chiSquared Pearson's statistic of homogeneity; of categories
 * @param chiSquaredP the chance of one at least as large without drift
 * @param totalVariation half the sum of the differences of shares
 * @param largestDifference the largest difference of a share
 * @param hellinger the Hellinger distance
 * @param cramersV Cramér's V, corrected for bias; of categories
 * @param newCategoryRatio the share of rows whose category the other never had; of categories
 * @param newCategoryExcess by how much that is above the share that the reference expects
 * @param missingChange by how much the share of missing values grew
 */
public record Distances(
        double psi,
        double psiP,
        double psiWithMissing,
        double psiWithTails,
        double jensenShannon,
        double ks,
        double ksP,
        double wasserstein,
        double wassersteinNormed,
        double chiSquared,
        double chiSquaredP,
        double totalVariation,
        double largestDifference,
        double hellinger,
        double cramersV,
        double newCategoryRatio,
        double newCategoryExcess,
        double missingChange) {

    /** Where there is nothing to compare with. */
    public static final Distances NONE =
            new Distances(
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN);
}
