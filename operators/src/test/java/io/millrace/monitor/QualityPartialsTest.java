package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Score;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** What one subtask counts of quality. */
// The harness may be interrupted while it closes, and javac warns of that at each use.
@SuppressWarnings("try")
class QualityPartialsTest {
    private static final long HOUR = 3_600_000;
    private static final long DAY = 24 * HOUR;

    /** No multiple of a day, nor a part of one. */
    private static final QualityPlan PLAN = new QualityPlan(7 * HOUR, DAY, 10, 1, 1, 1, 1, 1);

    private static final CalibrationCurve CURVE =
            new CalibrationCurve(new Calibration(new double[] {0, 1}, new double[] {0.1, 0.7}));

    @Property(tries = 100)
    void aRowIsCountedInItsWindowAndItsDayWithItsSegmentAndWithAll(
            @ForAll @Size(min = 1, max = 30)
                    List<@LongRange(min = -3 * DAY, max = 3 * DAY) Long> times) {
        var tallies = new QualityTallies(new QualityReporting(PLAN));
        Map<QualityKey, Long> expected = new HashMap<>();
        for (long time : times) {
            String segment = time % 2 == 0 ? "" : "north";
            QualityCells.countScore(
                    1, 0.4, Double.NaN, false, tallies.of(time, "m", "1", "CHAMPION", segment));
            for (long window : List.of(7 * HOUR, DAY)) {
                long start = Math.floorDiv(time, window) * window;
                expected.merge(
                        new QualityKey("m", "1", "CHAMPION", "", start, window), 1L, Long::sum);
                if (!segment.isEmpty()) {
                    expected.merge(
                            new QualityKey("m", "1", "CHAMPION", segment, start, window),
                            1L,
                            Long::sum);
                }
            }
        }
        Map<QualityKey, Long> counted = new HashMap<>();
        tallies.take()
                .forEach(
                        partial -> {
                            var tally = new Tally();
                            tally.addAll(partial.counts());
                            counted.put(partial.key(), tally.count(QualityCells.ROWS));
                        });
        assertThat(counted).isEqualTo(expected);
        assertThat(tallies.take()).isEmpty();
    }

    /** Without labels a score is counted as one is whose label has not come. */
    @Test
    void scoresAloneAreCountedAsThoseWhoseLabelsAreUnknown() throws Exception {
        List<Score> scores = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            scores.add(Scored.score("e" + i, i * HOUR / 4, i % 3 == 0 ? "" : "north", i / 200.0));
        }
        var join = new LabelJoin(PLAN.horizonMillis());
        var outcomes = new QualityTallies(new QualityReporting(PLAN));
        for (Score score : scores) {
            var said = Scored.said(score, any -> CURVE);
            var outcome = join.outcome(said.eventId(), said.score(), LabelledEvent.UNKNOWN);
            QualityCells.count(
                    outcome,
                    outcomes.of(
                            outcome.eventTimeMillis(),
                            outcome.modelName(),
                            outcome.modelVersion(),
                            outcome.route(),
                            outcome.segment()));
        }
        try (var operator = unlabelled()) {
            for (Score score : scores) {
                operator.processElement(score, score.eventTimeMillis());
            }
            operator.prepareSnapshotPreBarrier(1);
            assertThat(operator.extractOutputValues())
                    .usingRecursiveFieldByFieldElementComparator()
                    .containsExactlyInAnyOrderElementsOf(outcomes.take());
        }
    }

    @Test
    void whatTheHorizonHasPassedIsNotCounted() throws Exception {
        try (var operator = unlabelled()) {
            operator.processWatermark(new Watermark(5 * DAY));
            operator.processElement(new StreamRecord<>(Scored.score("late", 4 * DAY, "", 0.5)));
            operator.prepareSnapshotPreBarrier(1);
            assertThat(operator.extractOutputValues()).isEmpty();
            operator.processElement(new StreamRecord<>(Scored.score("is", 4 * DAY + 1, "", 0.5)));
            operator.prepareSnapshotPreBarrier(2);
            assertThat(operator.extractOutputValues()).hasSize(2);
        }
    }

    private static OneInputStreamOperatorTestHarness<Score, QualityPartial> unlabelled()
            throws Exception {
        var harness =
                new OneInputStreamOperatorTestHarness<>(
                        new ScorePartialOperator(PLAN, Scored.POSITIVE, score -> CURVE));
        harness.open();
        return harness;
    }
}
