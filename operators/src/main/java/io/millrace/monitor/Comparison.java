package io.millrace.monitor;

import io.millrace.record.Distances;
import io.millrace.record.FeatureDrift;
import io.millrace.record.FeatureDrift.Bin;
import io.millrace.record.FeatureDrift.Cause;
import io.millrace.record.FeatureDrift.Contributor;
import io.millrace.record.FeatureDrift.Status;
import io.millrace.record.FeatureDrift.Summary;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares a window's counts with the reference's, or those of other rows, and with those of the
 * window before.
 *
 * <p>A feature has drifted where the effect is larger than the rule lets pass and its test is
 * significant, adjusted by Benjamini and Hochberg for all tests of the window.
 */
final class Comparison {
    private final CountLayout layout;
    private final DriftRule rule;

    Comparison(CountLayout layout, DriftRule rule) {
        this.layout = layout;
        this.rule = rule;
    }

    /** A test, and what is said where it is significant. */
    private record Test(int series, Cause cause, double p, boolean isLarge) {}

    /** What is known of a series before its tests are adjusted. */
    private record Compared(
            SeriesCounter counter,
            Status status,
            Summary summary,
            Distances fromReference,
            Distances fromPrevious,
            List<Bin> bins,
            List<Contributor> contributors) {}

    /** Rows of other windows; null where there are none. */
    private record Others(@Nullable Counts reference, @Nullable Counts previous) {}

    /**
     * One entry for each series, in the layout's order, compared with the reference of the layout.
     *
     * @param previous the counts of the window before, in the same layout; null where there are
     *     none
     */
    List<FeatureDrift> compare(Counts current, @Nullable Counts previous) {
        return compare(current, null, previous);
    }

    /**
     * The same, compared with other rows.
     *
     * @param reference their counts, in the same layout; null where it is the layout's reference
     */
    List<FeatureDrift> compare(
            Counts current, @Nullable Counts reference, @Nullable Counts previous) {
        var others = new Others(reference, previous);
        var compared = new ArrayList<Compared>();
        var tests = new ArrayList<Test>();
        for (SeriesCounter counter : layout.series()) {
            compared.add(compare(counter, current, others, tests));
        }
        double[] adjusted =
                AdjustedP.benjaminiHochberg(tests.stream().mapToDouble(Test::p).toArray());
        var features = new ArrayList<FeatureDrift>();
        for (int series = 0; series < compared.size(); series++) {
            double p = Double.NaN;
            double q = Double.NaN;
            var causes = new ArrayList<Cause>();
            for (int i = 0; i < tests.size(); i++) {
                Test test = tests.get(i);
                if (test.series() != series) {
                    continue;
                }
                p = Double.isNaN(p) ? test.p() : Math.min(p, test.p());
                q = Double.isNaN(q) ? adjusted[i] : Math.min(q, adjusted[i]);
                if (test.isLarge() && adjusted[i] < rule.alpha()) {
                    causes.add(test.cause());
                }
            }
            features.add(feature(compared.get(series), p, q, causes));
        }
        return features;
    }

    private static FeatureDrift feature(Compared compared, double p, double q, List<Cause> causes) {
        Watched watched = compared.counter().watched();
        return new FeatureDrift(
                watched.name(),
                watched.role(),
                watched.kind(),
                compared.status(),
                compared.summary(),
                compared.fromReference(),
                compared.fromPrevious(),
                p,
                q,
                causes,
                compared.bins(),
                compared.contributors());
    }

    private Compared compare(
            SeriesCounter counter, Counts current, Others others, List<Test> tests) {
        if (counter instanceof NumberCounter numbers) {
            return numbers(numbers, current, others, tests);
        }
        if (counter instanceof CategoryCounter categories) {
            return categories(categories, current, others, tests);
        }
        return new Compared(
                counter,
                Status.NO_REFERENCE,
                Summaries.withoutValues(counter, current),
                Distances.NONE,
                Distances.NONE,
                List.of(),
                List.of());
    }

    private Compared numbers(
            NumberCounter counter, Counts current, Others others, List<Test> tests) {
        Counts rows = others.reference();
        NumberBaseline baseline =
                rows == null
                        ? NumberBaseline.of(counter.reference())
                        : NumberBaseline.of(counter, rows);
        double missingChange =
                missing(counter, current, baseline.rows(), baseline.missing(), tests);
        if (counter.valid(current) == 0 || baseline.valid() == 0) {
            return insufficient(counter, current, missingChange);
        }
        var fromReference = NumberDistances.of(counter, current, baseline);
        tests.add(
                new Test(
                        counter.index(),
                        Cause.DISTRIBUTION,
                        fromReference.ksP(),
                        fromReference.ks() > rule.ks()));
        Counts previous = others.previous();
        return new Compared(
                counter,
                Status.COMPARED,
                Summaries.of(counter, current),
                fromReference,
                previous == null || counter.valid(previous) == 0
                        ? Distances.NONE
                        : NumberDistances.of(
                                counter, current, NumberBaseline.of(counter, previous)),
                NumberDistances.bins(counter, current, baseline),
                layout.contributors(counter, current, rows));
    }

    private Compared categories(
            CategoryCounter counter, Counts current, Others others, List<Test> tests) {
        Counts rows = others.reference();
        CategoryBaseline baseline =
                rows == null
                        ? CategoryBaseline.of(counter.reference())
                        : CategoryBaseline.of(counter, rows);
        double missingChange =
                missing(counter, current, baseline.rows(), baseline.missing(), tests);
        long valid = counter.valid(current);
        if (valid == 0 || baseline.valid() == 0) {
            return insufficient(counter, current, missingChange);
        }
        var fromReference = CategoryDistances.of(counter, current, baseline);
        tests.add(
                new Test(
                        counter.index(),
                        Cause.DISTRIBUTION,
                        fromReference.chiSquaredP(),
                        fromReference.totalVariation() > rule.totalVariation()));
        long news = counter.news(current);
        if (news > 0) {
            var test =
                    ChiSquared.of(
                            new long[] {baseline.valid() - baseline.news(), baseline.news()},
                            new long[] {valid - news, news});
            tests.add(
                    new Test(
                            counter.index(),
                            Cause.NEW_CATEGORIES,
                            test.p(),
                            fromReference.newCategoryExcess() > rule.newCategories()));
        }
        Counts previous = others.previous();
        return new Compared(
                counter,
                Status.COMPARED,
                Summaries.withoutValues(counter, current),
                fromReference,
                previous == null || counter.valid(previous) == 0
                        ? Distances.NONE
                        : CategoryDistances.of(
                                counter, current, CategoryBaseline.of(counter, previous)),
                CategoryDistances.bins(counter, current, baseline),
                List.of());
    }

    private static Compared insufficient(
            SeriesCounter counter, Counts current, double missingChange) {
        return new Compared(
                counter,
                Status.INSUFFICIENT_DATA,
                Summaries.withoutValues(counter, current),
                distancesOfNothing(missingChange),
                Distances.NONE,
                List.of(),
                List.of());
    }

    private static Distances distancesOfNothing(double missingChange) {
        Distances none = Distances.NONE;
        return new Distances(
                none.psi(),
                none.psiP(),
                none.psiWithMissing(),
                none.psiWithTails(),
                none.jensenShannon(),
                none.ks(),
                none.ksP(),
                none.wasserstein(),
                none.wassersteinNormed(),
                none.chiSquared(),
                none.chiSquaredP(),
                none.totalVariation(),
                none.largestDifference(),
                none.hellinger(),
                none.cramersV(),
                none.newCategoryRatio(),
                none.newCategoryExcess(),
                missingChange);
    }

    /** Tests the share of missing values, and returns by how much it grew. */
    private double missing(
            SeriesCounter counter,
            Counts current,
            long referenceRows,
            long referenceMissing,
            List<Test> tests) {
        long rows = counter.rows(current);
        if (rows == 0 || referenceRows == 0) {
            return Double.NaN;
        }
        long missing = counter.missing(current);
        double change = counter.missingRatio(current) - (double) referenceMissing / referenceRows;
        // Where nothing is missing there is nothing to test, and no test to adjust for.
        if (missing + referenceMissing > 0) {
            var test =
                    ChiSquared.of(
                            new long[] {referenceRows - referenceMissing, referenceMissing},
                            new long[] {rows - missing, missing});
            tests.add(
                    new Test(
                            counter.index(),
                            Cause.MISSING,
                            test.p(),
                            Math.abs(change) > rule.missing()));
        }
        return change;
    }
}
