package io.millrace.monitor;

import io.millrace.record.Distances;
import io.millrace.record.FeatureDrift.Bin;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a window's numbers are from others, by the counts of their bins. What is over the
 * deciles' bins is exact; what is over values is so to the width of a fine bin.
 */
final class NumberDistances {

    private NumberDistances() {}

    /** From numbers of which there are some. */
    static Distances of(NumberCounter counter, Counts current, NumberBaseline baseline) {
        NumericReference reference = counter.reference();
        long[] other = reference.inDeciles(baseline.bins());
        long[] bins = reference.inDeciles(counter.bins(current));
        var divergence = Divergence.of(other, bins);
        double ks = counter.ks(current, baseline);
        // A sketched share may be off: what is certain of the distance is less.
        double certainKs = Math.max(0, ks - baseline.rankError());
        double area = counter.steps(current).areaBetween(baseline.steps());
        double std = reference.std();
        return new Distances(
                divergence.psi(),
                divergence.psiP(),
                Divergence.of(with(other, baseline.missing()), with(bins, counter.missing(current)))
                        .psi(),
                Divergence.of(
                                tails(other, baseline.below(), baseline.above()),
                                tails(bins, counter.below(current), counter.above(current)))
                        .psi(),
                divergence.jensenShannon(),
                ks,
                Kolmogorov.p(certainKs, Divergence.sum(other), Divergence.sum(bins)),
                area,
                std > 0 ? area / std : area == 0 ? 0 : Double.POSITIVE_INFINITY,
                Double.NaN,
                Double.NaN,
                divergence.totalVariation(),
                divergence.largestDifference(),
                divergence.hellinger(),
                Double.NaN,
                Double.NaN,
                Double.NaN,
                counter.missingRatio(current) - (double) baseline.missing() / baseline.rows());
    }

    private static long[] with(long[] bins, long last) {
        var more = new long[bins.length + 1];
        System.arraycopy(bins, 0, more, 0, bins.length);
        more[bins.length] = last;
        return more;
    }

    /** The bins, with what lies beyond the reference's range in bins of its own. */
    private static long[] tails(long[] bins, long below, long above) {
        var more = new long[bins.length + 2];
        System.arraycopy(bins, 0, more, 1, bins.length);
        more[0] = below;
        more[1] -= below;
        more[bins.length + 1] = above;
        more[bins.length] -= above;
        return more;
    }

    /** The deciles' bins. */
    static List<Bin> bins(NumberCounter counter, Counts current, NumberBaseline baseline) {
        NumericReference reference = counter.reference();
        long[] counts = reference.inDeciles(counter.bins(current));
        var divergence = Divergence.of(reference.inDeciles(baseline.bins()), counts);
        var bins = new ArrayList<Bin>();
        for (int i = 0; i < counts.length; i++) {
            bins.add(
                    new Bin(
                            i < reference.deciles().length
                                    ? Double.toString(reference.deciles()[i])
                                    : "inf",
                            counts[i],
                            divergence.referenceShare(i),
                            divergence.contribution(i)));
        }
        return bins;
    }
}
