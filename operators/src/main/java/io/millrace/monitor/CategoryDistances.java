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

    /** From categories of which there are some. */
    static Distances of(CategoryCounter counter, Counts current, CategoryBaseline baseline) {
        var counts = counts(counter, current, baseline);
        var divergence = counts.divergence();
        var chiSquared = counts.chiSquared();
        var withMissing =
                CategoryCounts.of(
                        counts.labels(),
                        counts.reference(),
                        counts.current(),
                        baseline.missing(),
                        counter.missing(current));
        double newRatio =
                counter.reference().knowsNew()
                        ? (double) counter.news(current) / counter.valid(current)
                        : Double.NaN;
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
                newRatio,
                newRatio - baseline.newRatio(),
                counter.missingRatio(current) - (double) baseline.missing() / baseline.rows());
    }

    private static CategoryCounts counts(
            CategoryCounter counter, Counts current, CategoryBaseline baseline) {
        return CategoryCounts.of(
                counter.reference().top(),
                baseline.top(),
                counter.top(current),
                baseline.other(),
                counter.other(current));
    }

    /** The categories, and after them the most frequent of the new ones. */
    static List<Bin> bins(CategoryCounter counter, Counts current, CategoryBaseline baseline) {
        var counts = counts(counter, current, baseline);
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
