package io.millrace.monitor;

import org.apache.commons.numbers.gamma.InverseErf;
import org.jspecify.annotations.Nullable;

/**
 * Numbers as standard normal ones: the quantile of the normal distribution that a number is of its
 * reference, by the middle of its bin (B. L. van der Waerden, 1952). What is drawn from the
 * reference is then normal, however it is distributed: a detector raises no more false alarms for
 * heavy tails.
 */
final class NormalScores {
    private final BinSearch bins;
    private final double[] quantiles;

    /**
     * @param reference of numbers, with at least one
     */
    NormalScores(NumericReference reference) {
        bins = new BinSearch(reference.edges());
        long[] counts = reference.counts();
        double rows = Divergence.sum(counts);
        quantiles = new double[counts.length];
        double below = 0;
        for (int bin = 0; bin < counts.length; bin++) {
            // An empty bin, of a sketch, is at its edge; there is room for half a row beyond both.
            double rank = (below + counts[bin] / 2.0 + 0.5) / (rows + 1);
            quantiles[bin] = Math.sqrt(2) * InverseErf.value(2 * rank - 1);
            below += counts[bin];
        }
    }

    /** Numbers among those of a profile; null where it has none of that series. */
    static @Nullable NormalScores of(Watched watched, ReferenceProfile profile) {
        return profile.find(watched.name(), watched.role()) instanceof NumericReference reference
                        && reference.valid() > 0
                ? new NormalScores(reference)
                : null;
    }

    /** Of a finite number. */
    double of(double value) {
        return quantiles[bins.of(value)];
    }
}
