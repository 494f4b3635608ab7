package io.millrace.monitor;

import static io.millrace.monitor.Scored.said;
import static io.millrace.monitor.Scored.seen;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Event;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.StreamFlatMap;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.GenericRowData;
import org.junit.jupiter.api.Test;

// The harness may be interrupted while it closes, and javac warns of that at each use.
@SuppressWarnings("try")
class LabelJoinFunctionTest {
    private static final long HORIZON = 100;

    @Test
    void aCorrectionTakesBackWhatTheFirstLabelSaid() throws Exception {
        try (var harness = harness()) {
            harness.open();
            harness.processElement1(said("a", 10, "", 0.9), 10);
            harness.processElement2(seen("a", 20, 0, true), 20);
            harness.processElement2(seen("a", 30, 1, false), 30);

            assertThat(told(harness))
                    .containsExactly(
                            "+a UNKNOWN 0",
                            "-a UNKNOWN 0",
                            "+a POSITIVE 10",
                            "-a POSITIVE 10",
                            "+a NEGATIVE 20");
        }
    }

    @Test
    void aLabelThatComesBeforeItsScoreWaitsForIt() throws Exception {
        try (var harness = harness()) {
            harness.open();
            harness.processElement2(seen("a", 20, 0, true), 20);
            assertThat(told(harness)).isEmpty();
            harness.processElement1(said("a", 10, "", 0.9), 10);
            assertThat(told(harness)).containsExactly("+a POSITIVE 10");
        }
    }

    @Test
    void eventsDoNotMix() throws Exception {
        try (var harness = harness()) {
            harness.open();
            harness.processElement1(said("a", 10, "", 0.9), 10);
            harness.processElement1(said("b", 11, "", 0.1), 11);
            harness.processElement2(seen("b", 20, 0, true), 20);
            assertThat(told(harness))
                    .containsExactly(
                            "+a UNKNOWN 0", "+b UNKNOWN 0", "-b UNKNOWN 0", "+b POSITIVE 9");
        }
    }

    @Test
    void goesOnAfterARestore() throws Exception {
        OperatorSubtaskState snapshot;
        try (var harness = harness()) {
            harness.open();
            harness.processElement1(said("a", 10, "", 0.9), 10);
            harness.processElement2(seen("b", 12, 0, true), 12);
            snapshot = harness.snapshot(1, 1);
        }
        try (var harness = harness()) {
            harness.initializeState(snapshot);
            harness.open();
            harness.processElement2(seen("a", 20, 1, true), 20);
            harness.processElement1(said("b", 11, "", 0.1), 11);
            harness.processBothWatermarks(watermark(111));

            assertThat(told(harness))
                    .containsExactly("-a UNKNOWN 0", "+a POSITIVE 10", "+b POSITIVE 1");
            assertThat(settled(harness)).containsExactly("+a POSITIVE 10", "+b POSITIVE 1");
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void settlesEventsInTheirOrderOnceTheHorizonHasPassedAndForgetsThem() throws Exception {
        try (var harness = harness()) {
            harness.open();
            harness.processElement1(said("b", 11, "", 0.9), 11);
            harness.processElement1(said("a", 10, "", 0.9), 10);
            harness.processElement2(seen("a", 110, 0, true), 20);
            harness.processBothWatermarks(watermark(109));
            assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
            harness.processBothWatermarks(watermark(111));

            assertThat(settled(harness)).containsExactly("+a POSITIVE 100", "+b UNKNOWN 0");
            assertThat(harness.numKeyedStateEntries()).isZero();
            assertThat(harness.numEventTimeTimers()).isZero();
        }
    }

    @Test
    void aLabelWithoutAScoreIsForgottenWithItsHorizon() throws Exception {
        try (var harness = harness()) {
            harness.open();
            harness.processElement2(seen("a", 20, 0, true), 20);
            harness.processBothWatermarks(watermark(119));
            assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
            harness.processBothWatermarks(watermark(120));
            assertThat(harness.numKeyedStateEntries()).isZero();
            assertThat(told(harness)).isEmpty();
        }
    }

    @Test
    void whatIsPastTheHorizonIsNotKept() throws Exception {
        try (var harness = harness()) {
            harness.open();
            harness.processBothWatermarks(watermark(200));
            harness.processElement1(said("a", 100, "", 0.9), 100);
            harness.processElement2(seen("a", 100, 0, true), 100);
            assertThat(told(harness)).isEmpty();
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void aLabelThatSaysNothingIsNone() throws Exception {
        try (var harness =
                new OneInputStreamOperatorTestHarness<>(
                        new StreamFlatMap<>(new EventLabelFunction(Scored.TRUTH)))) {
            harness.open();
            var label = Scored.label("a", 20, 3, true);
            harness.processElement(label, 20);
            harness.processElement(
                    new Event(label.origin(), "a", 21, GenericRowData.of(null, null)), 21);
            assertThat(harness.extractOutputValues())
                    .containsExactly(new EventLabel("a", new SeenLabel(20, true, 0, 3)));
        }
    }

    private static Watermark watermark(long millis) {
        return new Watermark(millis);
    }

    private static List<String> told(
            KeyedTwoInputStreamOperatorTestHarness<String, EventScore, EventLabel, Outcome>
                    harness) {
        return harness.extractOutputValues().stream().map(LabelJoinFunctionTest::show).toList();
    }

    private static List<String> settled(
            KeyedTwoInputStreamOperatorTestHarness<String, EventScore, EventLabel, Outcome>
                    harness) {
        return harness.getSideOutput(LabelJoinFunction.SETTLED).stream()
                .map(StreamRecord::getValue)
                .map(LabelJoinFunctionTest::show)
                .toList();
    }

    private static String show(Outcome outcome) {
        return (outcome.weight() > 0 ? "+" : "-")
                + outcome.eventId()
                + " "
                + outcome.truth()
                + " "
                + outcome.delayMillis();
    }

    private static KeyedTwoInputStreamOperatorTestHarness<String, EventScore, EventLabel, Outcome>
            harness() throws Exception {
        return new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(new LabelJoinFunction(HORIZON)),
                EventScore::eventId,
                EventLabel::eventId,
                Types.STRING);
    }
}
