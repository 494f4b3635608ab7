package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.record.QualityReport.Paired;
import io.millrace.record.QualityReport.PairedLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A shadow beside what was answered, from the join of labels on. */
class PairedQualityTest {
    private static final long HORIZON = 1_000;

    private final LabelJoin join = new LabelJoin(HORIZON);
    private final Tally tally = new Tally();

    @Test
    void itsSumsAreThoseOfThePairsInWhateverOrderTheyCome() {
        var random = new Random(6);
        long rows = 0;
        long other = 0;
        long labelled = 0;
        long[] wrong = new long[6];
        double[] losses = new double[6];
        for (int i = 0; i < 2_000; i++) {
            double answer = random.nextDouble();
            double shadow = random.nextDouble();
            boolean hasAnswer = random.nextInt(10) > 0;
            boolean hasLabel = random.nextInt(4) > 0;
            boolean isSo = random.nextBoolean();
            List<Object> arrivals = new ArrayList<>();
            arrivals.add(score("SHADOW", shadow));
            if (hasAnswer) {
                arrivals.add(score(random.nextBoolean() ? "CHAMPION" : "FALLBACK", answer));
            }
            if (hasLabel) {
                arrivals.add(new SeenLabel(500, isSo, 0, 0));
            }
            java.util.Collections.shuffle(arrivals, random);
            arrive(arrivals);
            if (!hasAnswer) {
                continue;
            }
            rows++;
            other += shadow >= 0.5 == answer >= 0.5 ? 0 : 1;
            if (!hasLabel) {
                continue;
            }
            labelled++;
            boolean isAnswerWrong = answer >= 0.5 != isSo;
            boolean isShadowWrong = shadow >= 0.5 != isSo;
            int half = isSo ? 1 : 0;
            wrong[half] += isAnswerWrong ? 1 : 0;
            wrong[2 + half] += isAnswerWrong && !isShadowWrong ? 1 : 0;
            wrong[4 + half] += isShadowWrong && !isAnswerWrong ? 1 : 0;
            add(losses, 0, logLoss(answer, isSo), logLoss(shadow, isSo));
            add(losses, 3, square(answer, isSo), square(shadow, isSo));
        }
        Paired paired = new QualityFigures(tally).paired();
        assertThat(paired.rows()).isEqualTo(rows);
        assertThat(paired.otherDecisions()).isEqualTo(other);
        assertThat(paired.labelled()).isEqualTo(labelled);
        assertThat(
                        List.of(
                                paired.answeredFalsePositives(),
                                paired.answeredFalseNegatives(),
                                paired.fewerFalsePositives(),
                                paired.fewerFalseNegatives(),
                                paired.moreFalsePositives(),
                                paired.moreFalseNegatives()))
                .containsExactly(wrong[0], wrong[1], wrong[2], wrong[3], wrong[4], wrong[5]);
        check(paired.logLoss(), losses, 0);
        check(paired.squaredError(), losses, 3);
    }

    @Test
    void aScoreThatIsNoProbabilityHasNoLossAndItsDecisionCounts() {
        arrive(
                List.of(
                        score("CHAMPION", 3),
                        score("SHADOW", 0.1),
                        new SeenLabel(500, false, 0, 0)));
        Paired paired = new QualityFigures(tally).paired();
        assertThat(paired.fewerFalsePositives()).isEqualTo(1);
        assertThat(paired.logLoss()).isEqualTo(PairedLoss.NONE);
    }

    @Test
    void aVarianceIsNeverTakenToBeSmallerThanItIs() {
        arrive(
                List.of(
                        score("CHAMPION", 0.5),
                        score("SHADOW", 0.5 + 1e-9),
                        new SeenLabel(500, false, 0, 0)));
        assertThat(new QualityFigures(tally).paired().squaredError().lessSquares()).isPositive();
    }

    private void arrive(List<?> arrivals) {
        LabelledEvent state = null;
        for (Object arrival : arrivals) {
            LabelJoin.Step step = step(state, arrival);
            state = step.state();
            step.changes().forEach(change -> QualityCells.count(change, tally));
        }
    }

    private LabelJoin.Step step(@Nullable LabelledEvent state, Object arrival) {
        return arrival instanceof AwaitingScore score
                ? join.apply("e", state, score)
                : join.apply("e", state, (SeenLabel) arrival);
    }

    private static AwaitingScore score(String route, double value) {
        return new AwaitingScore(
                0,
                "m",
                route.equals("SHADOW") ? "2" : "1",
                route,
                "",
                value,
                Double.NaN,
                value >= 0.5);
    }

    private static void add(double[] losses, int from, double answer, double shadow) {
        double less = answer - shadow;
        losses[from] += answer;
        losses[from + 1] += less;
        losses[from + 2] += less * less;
    }

    private static void check(PairedLoss loss, double[] losses, int from) {
        assertThat(loss.answered()).isCloseTo(losses[from], within(1e-5));
        assertThat(loss.less()).isCloseTo(losses[from + 1], within(1e-5));
        assertThat(loss.lessSquares()).isCloseTo(losses[from + 2], within(1e-5));
    }

    private static double logLoss(double score, boolean isSo) {
        return -Math.log(isSo ? score : 1 - score);
    }

    private static double square(double score, boolean isSo) {
        return Math.pow(isSo ? 1 - score : score, 2);
    }
}
