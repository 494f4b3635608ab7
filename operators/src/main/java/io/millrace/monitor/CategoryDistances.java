package io.millrace.monitor;

import io.millrace.record.Distances;
import io.millrace.record.FeatureDrift.Bin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How far a window's categories are from others: over the reference's most frequent ones and all
 * others as one.
 */
final class CategoryDistances {
    /** How many new categories are named in a report. */
    private static final int NEW_NAMED = 10;

    private CategoryDistances() {}

    static Distances fromReference(CategoryCounter counter, Counts current, double missingChange) {
        CategoryReference reference = counter.reference();
        return distances(
                counter,
                current,
                reference.counts(),
                reference.other(),
                reference.missing(),
                reference.knowsNew()
                        ? (double) counter.news(current) / counter.valid(current)
                        : Double.NaN,
                missingChange);
    }

    static Distances fromPrevious(CategoryCounter counter, Counts current, Counts previous) {
        return distances(
                counter,
                current,
                counter.top(previous),
                counter.other(previous),
                counter.missing(previous),
                Double.NaN,
                counter.missingRatio(current) - counter.missingRatio(previous));
    }

    private static Distances distances(
            CategoryCounter counter,
            Counts current,
            long[] top,
            long other,
            long missing,
            double newCategoryRatio,
            double missingChange) {
        var counts = counts(counter, current, top, other);
        var divergence = counts.divergence();
        var chiSquared = counts.chiSquared();
        var withMissing =
                CategoryCounts.of(
                        counts.labels(),
                        counts.reference(),
                        counts.current(),
                        missing,
                        counter.missing(current));
        double none = Double.NaN;
        return new Distances(
                divergence.psi(),
                divergence.psiP(),
                withMissing.divergence().psi(),
                none,
                divergence.jensenShannon(),
                none,
                none,
                none,
                none,
                chiSquared.statistic(),
                chiSquared.p(),
                divergence.totalVariation(),
                divergence.largestDifference(),
                divergence.hellinger(),
                chiSquared.cramersV(
                        Divergence.sum(counts.reference()) + Divergence.sum(counts.current())),
                newCategoryRatio,
                newCategoryRatio - counter.reference().expectedNewRatio(),
                missingChange);
    }

    private static CategoryCounts counts(
            CategoryCounter counter, Counts current, long[] top, long other) {
        return CategoryCounts.of(
                counter.reference().top(),
                top,
                counter.top(current),
                other,
                counter.other(current));
    }

    /** The categories, and after them the most frequent of the new ones. */
    static List<Bin> bins(CategoryCounter counter, Counts current) {
        CategoryReference reference = counter.reference();
        var counts = counts(counter, current, reference.counts(), reference.other());
        var divergence = counts.divergence();
        var bins = new ArrayList<Bin>();
        for (int i = 0; i < counts.labels().size(); i++) {
            bins.add(
                    new Bin(
                            counts.labels().get(i),
                            counts.current()[i],
                            divergence.referenceShare(i),
                            divergence.contribution(i)));
        }
        counter.newest(current).stream()
                .sorted(Comparator.comparingLong(Bin::count).reversed())
                .limit(NEW_NAMED)
                .forEach(bins::add);
        return bins;
    }
}
