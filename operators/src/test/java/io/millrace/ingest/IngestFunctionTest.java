package io.millrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.DeadLetter;
import io.millrace.record.DeadLetter.Reason;
import io.millrace.record.Event;
import io.millrace.record.Received;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IngestFunctionTest {
    private @Nullable OneInputStreamOperatorTestHarness<Received, Event> harness;

    @BeforeEach
    void open() throws Exception {
        harness =
                ProcessFunctionTestHarnesses.forProcessFunction(
                        new IngestFunction(RowContract.of(Rows.CONFIG), Lateness.of(Rows.CONFIG)));
    }

    @AfterEach
    void close() throws Exception {
        harness().close();
    }

    private OneInputStreamOperatorTestHarness<Received, Event> harness() {
        return java.util.Objects.requireNonNull(harness);
    }

    private void process(Received received) throws Exception {
        harness().processElement(received, received.eventTimeMillis());
    }

    private List<DeadLetter> deadLetters() {
        var letters = new ArrayList<DeadLetter>();
        var records = harness().getSideOutput(DeadLetter.TAG);
        if (records != null) {
            for (StreamRecord<DeadLetter> letter : records) {
                letters.add(letter.getValue());
            }
        }
        return letters;
    }

    @Test
    void anAcceptedRowIsAnEventAtItsEventTime() throws Exception {
        process(Rows.received(7, Rows.HOUR, "3.10"));

        assertThat(harness().extractOutputStreamRecords())
                .singleElement()
                .satisfies(
                        event -> {
                            assertThat(event.getTimestamp()).isEqualTo(Rows.HOUR);
                            assertThat(event.getValue().id()).isEqualTo("7");
                            assertThat(event.getValue().origin().offset()).isEqualTo(7);
                        });
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void whatTheSourceRefusedBecomesADeadLetterWithItsBytes() throws Exception {
        process(Received.refused(Rows.origin(7), Reason.MALFORMED, "it is not; it must be"));

        assertThat(deadLetters())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(
                        new DeadLetter(
                                Rows.origin(7),
                                "ingest",
                                Reason.MALFORMED,
                                "it is not; it must be",
                                null));
        assertThat(harness().extractOutputValues()).isEmpty();
    }

    @Test
    void aBrokenContractBecomesADeadLetterThatNamesTheEvent() throws Exception {
        process(Rows.received(7, 0, "-3.10"));

        assertThat(deadLetters())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(
                        new DeadLetter(
                                Rows.origin(7),
                                "ingest",
                                Reason.CONTRACT_BROKEN,
                                "amount is -3.10; it must meet `amount > 0`",
                                "7"));
    }

    @Test
    void aRowIsTooLateFromTheAllowedLatenessBehindTheWatermarkOn() throws Exception {
        harness().processWatermark(10 * Rows.HOUR);
        process(Rows.received(1, 9 * Rows.HOUR + 1, "1.00"));
        process(Rows.received(2, 9 * Rows.HOUR, "1.00"));

        assertThat(harness().extractOutputValues()).extracting(Event::id).containsExactly("1");
        assertThat(deadLetters())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(
                        new DeadLetter(
                                Rows.origin(2),
                                "ingest",
                                Reason.TOO_LATE,
                                "the event time is 3600000 ms behind the watermark; it must be less"
                                        + " than 3600000 ms behind",
                                "2"));
    }

    @Test
    void aRowThatIsBothBrokenAndLateIsBrokenWheneverItArrives() throws Exception {
        harness().processWatermark(10 * Rows.HOUR);
        process(Rows.received(1, 0, "-1.00"));

        assertThat(deadLetters())
                .extracting(DeadLetter::reason)
                .containsExactly(Reason.CONTRACT_BROKEN);
    }

    @Test
    void eachDecisionIsCountedUnderAFixedSetOfLabels() {
        Map<String, Counter> counters = new HashMap<>();
        var metrics = new IngestMetrics.Checks(new Recording(counters));
        metrics.accepted();
        metrics.refused(Reason.MALFORMED);
        metrics.refused(Reason.TOO_LATE);
        metrics.refused(Reason.TOO_LATE);

        assertThat(counters)
                .hasSize(4)
                .allSatisfy((name, counter) -> assertThat(name).startsWith("ingest."))
                .extractingFromEntries(e -> e.getKey() + "=" + e.getValue().getCount())
                .containsExactlyInAnyOrder(
                        "ingest.accepted=1",
                        "ingest.reason.MALFORMED.refused=1",
                        "ingest.reason.CONTRACT_BROKEN.refused=0",
                        "ingest.reason.TOO_LATE.refused=2");
    }
}
