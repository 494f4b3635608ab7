package io.millrace.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.millrace.monitor.DriftCases.Case;
import io.millrace.record.Distances;
import io.millrace.record.FeatureDrift;
import io.millrace.record.FeatureDrift.Cause;
import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import io.millrace.record.FeatureDrift.Status;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What counters say of a window is what its values say. */
class ComparisonTest {
    private static final Offset<Double> EXACT = within(1e-9);
    private static final DriftRule RULE = new DriftRule(200, 0.01, 0.06, 0.05, 0.01, 0.02, 2, 3, 0);

    static Stream<Case> numeric() {
        return DriftCases.of("numeric");
    }

    static Stream<Case> categorical() {
        return DriftCases.of("categorical");
    }

    private static FeatureDrift compare(FeatureReference reference, double[] values) {
        var profile = ReferenceProfile.of("fraud", "1", List.of(reference));
        var layout =
                CountLayout.of(
                        Scores.features(
                                reference instanceof NumericReference
                                        ? Kind.NUMERIC
                                        : Kind.CATEGORICAL,
                                reference.name()),
                        ReferenceProfile.read(profile.json()));
        var counts = new Counts(layout);
        for (double value : values) {
            layout.count(Scores.of(0, "1", "", value), counts);
        }
        return new Comparison(layout, RULE).compare(counts, null).get(0);
    }

    private static NumericReference reference(double[] values) {
        double[] valid = Arrays.stream(values).filter(Double::isFinite).toArray();
        return NumericReference.of("x", Role.FEATURE, valid, values.length - valid.length);
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("numeric")
    void countersOfNumbersAreExactOverTheDecilesBins(Case drift) {
        var reference = reference(Case.numbers(drift.reference()));
        FeatureDrift feature = compare(reference, Case.numbers(drift.current()));

        assertThat(feature.current().missing() / (double) feature.current().rows())
                .isCloseTo(drift.number("null_rate_cur"), EXACT);
        if (reference.valid() == 0) {
            assertThat(feature.status()).isEqualTo(Status.NO_REFERENCE);
            return;
        }
        if (drift.expected().path("status").textValue().equals("insufficient_data")) {
            assertThat(feature.status()).isEqualTo(Status.INSUFFICIENT_DATA);
            assertThat(feature.fromReference().psi()).isNaN();
            return;
        }
        Distances from = feature.fromReference();
        assertThat(feature.status()).isEqualTo(Status.COMPARED);
        assertThat(from.psi()).isCloseTo(drift.number("psi"), EXACT);
        assertThat(from.psiP()).isCloseTo(drift.number("psi_p_value"), EXACT);
        assertThat(from.psiWithMissing()).isCloseTo(drift.number("psi_with_missing_bin"), EXACT);
        assertThat(from.psiWithTails()).isCloseTo(drift.number("psi_with_tail_bins"), EXACT);
        assertThat(from.jensenShannon()).isCloseTo(drift.number("js_distance"), EXACT);
        assertThat(from.hellinger()).isCloseTo(drift.number("hellinger"), EXACT);
        assertThat(from.totalVariation()).isCloseTo(drift.number("tv"), EXACT);
        assertThat(from.largestDifference()).isCloseTo(drift.number("linf"), EXACT);
        assertThat((double) feature.current().belowReference())
                .isEqualTo(drift.number("below_ref_min"));
        assertThat((double) feature.current().aboveReference())
                .isEqualTo(drift.number("above_ref_max"));
        double scale = Math.max(1, reference.std());
        assertThat(feature.current().mean())
                .isCloseTo(drift.number("cur_stats", "mean"), within(1e-8 * scale));
        assertThat(feature.current().std())
                .isCloseTo(drift.number("cur_stats", "std"), within(1e-7 * scale));
        assertThat(feature.current().min()).isEqualTo(drift.number("cur_stats", "min"));
        assertThat(feature.current().max()).isEqualTo(drift.number("cur_stats", "max"));
    }

    /** By at most the share of one fine bin, and never more than the distance is. */
    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("numeric")
    void theKolmogorovDistanceOfCountersIsABitLess(Case drift) {
        var reference = reference(Case.numbers(drift.reference()));
        FeatureDrift feature = compare(reference, Case.numbers(drift.current()));

        if (feature.status() == Status.COMPARED) {
            double exact = drift.number("ks", "D");
            assertThat(feature.fromReference().ks())
                    .isLessThanOrEqualTo(exact + 1e-12)
                    .isGreaterThan(exact - 0.009);
            assertThat(feature.fromReference().ksP())
                    .isGreaterThanOrEqualTo(drift.number("ks", "p_limit") - 1e-12);
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("numeric")
    void theWassersteinDistanceOfCountersIsCloseOrAsInfinite(Case drift) {
        var reference = reference(Case.numbers(drift.reference()));
        FeatureDrift feature = compare(reference, Case.numbers(drift.current()));

        if (feature.status() == Status.COMPARED) {
            double exact = drift.number("wasserstein_normed");
            double actual = feature.fromReference().wassersteinNormed();
            if (Double.isInfinite(exact)) {
                assertThat(actual).isInfinite();
            } else {
                assertThat(actual).isCloseTo(exact, within(0.02 + 0.02 * exact));
            }
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("categorical")
    void countersOfCategoriesAreExactOverTheFiftyMostFrequent(Case drift) {
        var reference =
                CategoryReference.of(
                        "decision",
                        Role.DECISION,
                        Case.categories(drift.reference()),
                        drift.reference().stream().filter(cell -> cell == null).count());
        var layout =
                CountLayout.of(
                        List.of(Watched.DECISION),
                        ReferenceProfile.of("fraud", "1", List.of(reference)));
        var counts = new Counts(layout);
        var counter = layout.series().get(0);
        for (String category : drift.current()) {
            counts.addRow();
            if (category == null) {
                counter.count(Double.NaN, counts);
            } else {
                counter.count(category, counts);
            }
        }

        FeatureDrift feature = new Comparison(layout, RULE).compare(counts, null).get(0);

        if (drift.expected().path("status").textValue().equals("insufficient_data")) {
            assertThat(feature.status()).isEqualTo(Status.INSUFFICIENT_DATA);
            return;
        }
        Distances from = feature.fromReference();
        assertThat(from.psi()).isCloseTo(drift.number("top50", "psi"), EXACT);
        assertThat(from.psiP()).isCloseTo(drift.number("top50", "psi_p_value"), EXACT);
        assertThat(from.jensenShannon()).isCloseTo(drift.number("top50", "js_distance"), EXACT);
        assertThat(from.totalVariation()).isCloseTo(drift.number("top50", "tv"), EXACT);
        assertThat(from.chiSquared()).isCloseTo(drift.number("top50", "chi2", "stat"), EXACT);
        assertThat(from.chiSquaredP()).isCloseTo(drift.number("top50", "chi2", "p"), EXACT);
        assertThat(from.newCategoryRatio()).isCloseTo(drift.number("new_category_rate"), EXACT);
        double missing = drift.number("null_rate_cur") - drift.number("null_rate_ref");
        assertThat(from.missingChange()).isCloseTo(missing, EXACT);
    }

    @Test
    void aWindowLikeTheOneBeforeHasNoDistanceFromIt() {
        var reference = reference(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
        var layout =
                CountLayout.of(
                        Scores.features(Kind.NUMERIC, "x"),
                        ReferenceProfile.of("fraud", "1", List.of(reference)));
        var counts = new Counts(layout);
        for (double value : new double[] {-5, 3, 7, 100, Double.NaN}) {
            layout.count(Scores.of(0, "1", "", value), counts);
        }

        Distances from = new Comparison(layout, RULE).compare(counts, counts).get(0).fromPrevious();

        assertThat(from.psi()).isZero();
        assertThat(from.ks()).isZero();
        assertThat(from.ksP()).isEqualTo(1);
        assertThat(from.wasserstein()).isZero();
        assertThat(from.missingChange()).isZero();
    }

    /** Of the very rows that the reference was made of, the answer is that of the reference. */
    @Test
    void otherRowsAreComparedWithAsTheReferenceIs() {
        var random = new Random(1);
        double[] values =
                random.doubles(3_000).map(x -> x < 0.02 ? Double.NaN : 10 * x * x).toArray();
        Map<String, Long> categories = new HashMap<>();
        for (int i = 0; i < values.length; i++) {
            categories.merge(Integer.toString(i % 7 * i % 11), 1L, Long::sum);
        }
        var layout =
                CountLayout.of(
                        List.of(
                                new Watched("x", Role.FEATURE, Kind.NUMERIC, 0),
                                new Watched("c", Role.FEATURE, Kind.CATEGORICAL, 1)),
                        ReferenceProfile.of(
                                "fraud",
                                "1",
                                List.of(
                                        reference(values),
                                        CategoryReference.of("c", Role.FEATURE, categories, 0))));
        var reference = new Counts(layout);
        var current = new Counts(layout);
        for (int i = 0; i < values.length; i++) {
            layout.count(Scores.of(0, "1", "", values[i], i % 7 * i % 11), reference);
            layout.count(Scores.of(0, "1", "", 1.5 * values[i], i % 5), current);
        }
        var comparison = new Comparison(layout, RULE);

        List<FeatureDrift> byReference = comparison.compare(current, null);
        List<FeatureDrift> byRows = comparison.compare(current, reference, null);

        assertThat(byRows)
                .usingRecursiveComparison()
                .withComparatorForType(
                        (one, other) ->
                                Double.compare(one, other) == 0 || Math.abs(one - other) < 1e-9
                                        ? 0
                                        : 1,
                        Double.class)
                .isEqualTo(byReference);
        assertThat(byRows.get(0).causes()).contains(Cause.DISTRIBUTION);
        assertThat(byRows.get(0).fromReference().ks()).isGreaterThan(0.1);
        assertThat(comparison.compare(reference, reference, null).get(1).fromReference().psi())
                .isZero();
        // What was new to the reference, and has been there since, is not new any more.
        FeatureDrift usual = comparison.compare(current, current, null).get(0);
        assertThat(usual.causes()).isEmpty();
        assertThat(usual.fromReference().psiWithTails()).isZero();
    }

    @Test
    void whatTheRowsBeforeDoNotHaveIsNotCompared() {
        var layout =
                CountLayout.of(
                        Scores.features(Kind.NUMERIC, "x"),
                        ReferenceProfile.of(
                                "fraud", "1", List.of(reference(new double[] {1, 2, 3}))));
        var missing = new Counts(layout);
        layout.count(Scores.of(0, "1", "", Double.NaN), missing);
        var warming = new Counts(layout);
        layout.count(Scores.warming(new int[] {0}, 1), warming);
        var current = new Counts(layout);
        layout.count(Scores.of(0, "1", "", 2), current);
        var comparison = new Comparison(layout, RULE);

        assertThat(comparison.compare(current, missing, null).get(0))
                .returns(Status.INSUFFICIENT_DATA, FeatureDrift::status)
                .returns(-1.0, feature -> feature.fromReference().missingChange());
        assertThat(comparison.compare(current, warming, null).get(0))
                .returns(Status.INSUFFICIENT_DATA, FeatureDrift::status)
                .returns(true, feature -> Double.isNaN(feature.fromReference().missingChange()));
    }

    @Test
    void aWarmingValueIsNotComparedAndNotMissingEither() {
        var reference = reference(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
        var layout =
                CountLayout.of(
                        Scores.features(Kind.NUMERIC, "w", "x"),
                        ReferenceProfile.of("fraud", "1", List.of(reference)));
        var counts = new Counts(layout);
        layout.count(Scores.of(0, "1", "", 0, 3), counts);
        layout.count(Scores.warming(new int[] {1}, 0, 1e9), counts);
        layout.count(Scores.warming(new int[] {0}, Double.NaN, Double.NaN), counts);

        var features = new Comparison(layout, RULE).compare(counts, null);

        assertThat(features.get(0).current())
                .returns(2L, FeatureDrift.Summary::rows)
                .returns(0L, FeatureDrift.Summary::missing);
        assertThat(features.get(1).current())
                .returns(2L, FeatureDrift.Summary::rows)
                .returns(1L, FeatureDrift.Summary::missing)
                .returns(3.0, FeatureDrift.Summary::max);
        assertThat(features.get(1).fromReference().missingChange()).isEqualTo(0.5);
    }

    @Test
    void aScoreOfAWarmingFeatureIsNotComparedEither() {
        var layout =
                CountLayout.of(
                        List.of(
                                new Watched("x", Role.FEATURE, Kind.NUMERIC, 0),
                                Watched.SCORE,
                                Watched.DECISION),
                        ReferenceProfile.of(
                                "fraud",
                                "1",
                                List.of(
                                        NumericReference.of(
                                                "score", Role.SCORE, new double[] {0.1, 0.9}, 0),
                                        CategoryReference.of(
                                                "decision",
                                                Role.DECISION,
                                                Map.of("approve", 2L),
                                                0))));
        var counts = new Counts(layout);
        layout.count(Scores.of(0, "1", "", 7), counts);
        layout.count(Scores.warming(new int[] {0}, 7), counts);

        var features = new Comparison(layout, RULE).compare(counts, null);

        assertThat(features)
                .extracting(feature -> feature.current().rows())
                .containsExactly(1L, 1L, 1L);
        assertThat(features.get(1).current().mean()).isEqualTo(0.5);
    }

    @Test
    void aFeatureAllOfWhichWarmsIsInsufficient() {
        var reference = reference(new double[] {1, 2, 3});
        var layout =
                CountLayout.of(
                        Scores.features(Kind.NUMERIC, "x"),
                        ReferenceProfile.of("fraud", "1", List.of(reference)));
        var counts = new Counts(layout);
        layout.count(Scores.warming(new int[] {0}, 7), counts);

        var feature = new Comparison(layout, RULE).compare(counts, counts).get(0);

        assertThat(feature.status()).isEqualTo(Status.INSUFFICIENT_DATA);
        assertThat(feature.p()).isNaN();
        assertThat(feature.fromReference().missingChange()).isNaN();
    }

    @Test
    void aProfileReadsBackAsItWasAndRefusesAnotherContent() {
        var profile =
                ReferenceProfile.of(
                        "fraud",
                        "7",
                        List.of(
                                reference(new double[] {1, 2, 0.1 + 0.2, Double.NaN}),
                                reference(new double[] {Double.NaN}),
                                CategoryReference.of(
                                        "c", Role.FEATURE, Map.of("é", 3L, "", 1L), 2)));

        assertThat(ReferenceProfile.read(profile.json()).json()).isEqualTo(profile.json());
        byte[] changed =
                new String(profile.json(), UTF_8)
                        .replace("\"rows\":4", "\"rows\":5")
                        .getBytes(UTF_8);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReferenceProfile.read(changed))
                .withMessageContaining("it must be that of its content");
    }
}
