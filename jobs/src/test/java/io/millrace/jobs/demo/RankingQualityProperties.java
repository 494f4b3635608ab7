package io.millrace.jobs.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RankingQualityProperties {

    // The arguments of the method under test.
    @SuppressWarnings("ArrayRecordComponent")
    record Ranking(double[] scores, boolean[] fraud) {}

    @Property
    void theAreaIsTheChanceThatAFraudScoresAboveAGenuineEvent(@ForAll("rankings") Ranking ranking) {
        double above = 0;
        long pairs = 0;
        for (int fraud = 0; fraud < ranking.scores().length; fraud++) {
            for (int genuine = 0; genuine < ranking.scores().length; genuine++) {
                if (ranking.fraud()[fraud] && !ranking.fraud()[genuine]) {
                    pairs++;
                    above +=
                            (1 + Math.signum(ranking.scores()[fraud] - ranking.scores()[genuine]))
                                    / 2;
                }
            }
        }

        double auc = RankingQuality.of(ranking.scores(), ranking.fraud()).auc();

        if (pairs == 0) {
            assertThat(auc).isNaN();
        } else {
            assertThat(auc).isCloseTo(above / pairs, within(1e-12));
        }
    }

    @Property
    void averagePrecisionIsTheMeanPrecisionDownToEachFraud(@ForAll("rankings") Ranking ranking) {
        double sum = 0;
        int frauds = 0;
        for (int i = 0; i < ranking.scores().length; i++) {
            if (ranking.fraud()[i]) {
                frauds++;
                int atOrAbove = 0;
                int fraudsAtOrAbove = 0;
                for (int j = 0; j < ranking.scores().length; j++) {
                    if (ranking.scores()[j] >= ranking.scores()[i]) {
                        atOrAbove++;
                        fraudsAtOrAbove += ranking.fraud()[j] ? 1 : 0;
                    }
                }
                sum += (double) fraudsAtOrAbove / atOrAbove;
            }
        }

        var quality = RankingQuality.of(ranking.scores(), ranking.fraud());

        assertThat(quality.frauds()).isEqualTo(frauds);
        if (frauds == 0) {
            assertThat(quality.averagePrecision()).isNaN();
        } else {
            assertThat(quality.averagePrecision()).isCloseTo(sum / frauds, within(1e-12));
        }
    }

    /** scikit-learn 1.9.1: roc_auc_score and average_precision_score of the same rows. */
    @Example
    void agreesWithScikitLearn() {
        var quality =
                RankingQuality.of(
                        new double[] {0.9, 0.8, 0.8, 0.4, 0.3, 0.1},
                        new boolean[] {true, false, true, false, true, false});

        assertThat(quality.auc()).isCloseTo(0.7222222222222222, within(1e-12));
        assertThat(quality.averagePrecision()).isCloseTo(0.7555555555555555, within(1e-12));
    }

    /** Few distinct scores, so that there are ties. */
    @Provide
    Arbitrary<Ranking> rankings() {
        return Arbitraries.integers()
                .between(0, 30)
                .flatMap(
                        size ->
                                Combinators.combine(
                                                Arbitraries.integers()
                                                        .between(0, 9)
                                                        .map(tenths -> tenths / 10.0)
                                                        .array(Double[].class)
                                                        .ofSize(size),
                                                Arbitraries.of(true, false)
                                                        .array(Boolean[].class)
                                                        .ofSize(size))
                                        .as(RankingQualityProperties::ranking));
    }

    private static Ranking ranking(Double[] scores, Boolean[] fraud) {
        var ranking = new Ranking(new double[scores.length], new boolean[scores.length]);
        for (int i = 0; i < scores.length; i++) {
            ranking.scores()[i] = scores[i];
            ranking.fraud()[i] = fraud[i];
        }
        return ranking;
    }
}
