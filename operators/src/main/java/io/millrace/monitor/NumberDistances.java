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

    static Distances fromReference(NumberCounter counter, Counts current, double missingChange) {
        NumericReference reference = counter.reference();
        long[] fine = reference.counts();
        double ks = counter.ks(current, fine, 0, 0);
        return distances(
                counter,
                current,
                fine,
                reference.missing(),
                0,
                0,
                Steps.of(reference.points(), fine),
                // A sketched share may be off: what is certain of the distance is less.
                Math.max(0, ks - reference.rankError()),
                ks,
                missingChange);
    }

    static Distances fromPrevious(NumberCounter counter, Counts current, Counts previous) {
        long[] fine = counter.bins(previous);
        double ks = counter.ks(current, fine, counter.below(previous), counter.above(previous));
        return distances(
                counter,
                current,
                fine,
                counter.missing(previous),
                counter.below(previous),
                counter.above(previous),
                counter.steps(previous),
                ks,
                ks,
                counter.missingRatio(current) - counter.missingRatio(previous));
    }

    private static Distances distances(
            NumberCounter counter,
            Counts current,
            long[] otherFine,
            long otherMissing,
            long otherBelow,
            long otherAbove,
            Steps otherSteps,
            double certainKs,
            double ks,
            double missingChange) {
        NumericReference reference = counter.reference();
        long[] other = reference.inDeciles(otherFine);
        long[] bins = reference.inDeciles(counter.bins(current));
        var divergence = Divergence.of(other, bins);
        double area = counter.steps(current).areaBetween(otherSteps);
        double std = reference.std();
        return new Distances(
                divergence.psi(),
                divergence.psiP(),
                Divergence.of(with(other, otherMissing), with(bins, counter.missing(current)))
                        .psi(),
                Divergence.of(
                                tails(other, otherBelow, otherAbove),
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
                missingChange);
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
    static List<Bin> bins(NumberCounter counter, Counts current) {
        NumericReference reference = counter.reference();
        long[] counts = reference.inDeciles(counter.bins(current));
        var divergence = Divergence.of(reference.inDeciles(reference.counts()), counts);
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
