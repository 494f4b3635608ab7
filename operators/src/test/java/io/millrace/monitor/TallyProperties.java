package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.monitor.Outcome.Truth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.data.Offset;

class TallyProperties {
    private static final CalibrationCurve CALIBRATION =
            new CalibrationCurve(
                    new Calibration(
                            new double[] {0, 0.25, 0.5, 1}, new double[] {0, 0.1, 0.1, 0.7}));

    private static final double THRESHOLD = 0.5;

    @Property
    void countsTheSameInAnyOrderAndHoweverSplit(
            @ForAll("outcomes") @Size(max = 80) List<Outcome> outcomes,
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 5) int parts) {
        var shuffled = new ArrayList<>(outcomes);
        Collections.shuffle(shuffled, new Random(seed));
        var tallies = Stream.generate(Tally::new).limit(parts).toList();
        for (int i = 0; i < shuffled.size(); i++) {
            QualityCells.count(shuffled.get(i), tallies.get(i % parts));
        }
        var merged = new Tally();
        tallies.forEach(part -> merged.addAll(part.counts()));

        assertThat(merged.counts()).usingRecursiveComparison().isEqualTo(tally(outcomes).counts());
    }

    @Property
    void nothingIsLeftOfWhatIsTakenBack(
            @ForAll("outcomes") @Size(max = 40) List<Outcome> kept,
            @ForAll("outcomes") @Size(max = 40) List<Outcome> takenBack) {
        var tally = tally(takenBack);
        kept.forEach(outcome -> QualityCells.count(outcome, tally));
        takenBack.forEach(outcome -> QualityCells.count(outcome.takenBack(), tally));

        assertThat(tally.counts()).usingRecursiveComparison().isEqualTo(tally(kept).counts());
    }

    @Property
    void binsAreOffByNoMoreThanTheySay(
            @ForAll("outcomes") @Size(min = 1, max = 200) List<Outcome> outcomes,
            @ForAll @IntRange(min = 1, max = 50) int top) {
        var labelled =
                outcomes.stream().filter(outcome -> outcome.truth() != Truth.UNKNOWN).toList();
        var figures = new QualityFigures(tally(outcomes));
        var ranking = figures.ranking(top);

        double auc = exactAuc(labelled);
        if (Double.isNaN(auc)) {
            assertThat(figures.realised().auc()).isNaN();
        } else {
            assertThat(figures.realised().auc()).isCloseTo(auc, atMost(ranking.aucError()));
        }
        double precision = exactAveragePrecision(labelled);
        if (Double.isNaN(precision)) {
            assertThat(ranking.averagePrecision()).isNaN();
        } else {
            assertThat(ranking.averagePrecision())
                    .isCloseTo(precision, atMost(ranking.averagePrecisionError()));
        }
        if (!labelled.isEmpty()) {
            assertThat(ranking.precisionAtTop())
                    .isCloseTo(exactAtTop(labelled, top), atMost(ranking.precisionAtTopError()));
        }
    }

    @Property
    void aDelayIsInTheBucketOfItsSize(@ForAll @IntRange(min = 0) int millis) {
        double middle = Delays.middle(Delays.bucket(millis));
        assertThat(Math.abs(middle - millis)).isLessThanOrEqualTo(millis / 16.0);
    }

    private static Offset<Double> atMost(double bound) {
        return within(bound + 1e-12);
    }

    private static double exactAuc(List<Outcome> labelled) {
        double inOrder = 0;
        long pairs = 0;
        for (Outcome positive : labelled) {
            for (Outcome negative : labelled) {
                if (isPositive(positive) && !isPositive(negative)) {
                    pairs++;
                    int order = Double.compare(positive.score(), negative.score());
                    inOrder += order > 0 ? 1 : order == 0 ? 0.5 : 0;
                }
            }
        }
        return inOrder / pairs;
    }

    /** The mean, over positives, of the precision at their score. */
    private static double exactAveragePrecision(List<Outcome> labelled) {
        return labelled.stream()
                .filter(TallyProperties::isPositive)
                .mapToDouble(
                        positive ->
                                labelled.stream()
                                        .filter(other -> other.score() >= positive.score())
                                        .mapToInt(other -> isPositive(other) ? 1 : 0)
                                        .average()
                                        .orElseThrow())
                .average()
                .orElse(Double.NaN);
    }

    private static double exactAtTop(List<Outcome> labelled, int top) {
        return labelled.stream()
                .sorted((a, b) -> Double.compare(b.score(), a.score()))
                .limit(top)
                .mapToInt(outcome -> isPositive(outcome) ? 1 : 0)
                .average()
                .orElseThrow();
    }

    private static boolean isPositive(Outcome outcome) {
        return outcome.truth() == Truth.POSITIVE;
    }

    private static Tally tally(List<Outcome> outcomes) {
        var tally = new Tally();
        outcomes.forEach(outcome -> QualityCells.count(outcome, tally));
        return tally;
    }

    @Provide
    static Arbitrary<List<Outcome>> outcomes() {
        var scores =
                Arbitraries.frequencyOf(
                        Tuple.of(3, Arbitraries.doubles().between(0, 1)),
                        Tuple.of(2, Arbitraries.integers().between(0, 30).map(i -> i / 3000.0)));
        return Combinators.combine(
                        scores,
                        Arbitraries.of(Truth.class),
                        Arbitraries.longs().between(0, 1_000_000),
                        Arbitraries.integers().between(0, 2))
                .as(
                        (score, truth, delay, labels) ->
                                new Outcome(
                                        1,
                                        "",
                                        0,
                                        "m",
                                        "1",
                                        "CHAMPION",
                                        "",
                                        score,
                                        CALIBRATION.probability(score),
                                        score >= THRESHOLD,
                                        Double.NaN,
                                        false,
                                        truth,
                                        delay,
                                        labels,
                                        labels,
                                        labels))
                .list();
    }
}
