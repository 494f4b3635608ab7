package io.millrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Duplicate;
import io.millrace.record.Event;
import java.util.List;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class DeduplicateOperatorTest {
    private static final long DAY = 24 * Rows.HOUR;

    private static OneInputStreamOperatorTestHarness<Event, Event> harness() throws Exception {
        var harness =
                new OneInputStreamOperatorTestHarness<>(
                        new DeduplicateOperator(
                                new Deduplication(DAY, 0),
                                PartitionKey.of(Rows.CONFIG, "customer")));
        harness.open();
        return harness;
    }

    private static List<Long> accepted(OneInputStreamOperatorTestHarness<Event, Event> harness) {
        return harness.extractOutputValues().stream().map(e -> e.origin().offset()).toList();
    }

    private static List<Long> duplicates(OneInputStreamOperatorTestHarness<Event, Event> harness) {
        return harness.getSideOutput(Duplicate.TAG).stream()
                .map(each -> each.getValue().origin().offset())
                .toList();
    }

    @Test
    void theEarlierOfTwoCopiesIsAcceptedWhicheverComesFirst() throws Exception {
        try (var harness = harness()) {
            harness.processElement(Rows.event(11, 7, 2 * Rows.HOUR), 2 * Rows.HOUR);
            harness.processElement(Rows.event(10, 7, Rows.HOUR), Rows.HOUR);
            harness.processElement(Rows.event(9, 7, 2 * Rows.HOUR), 2 * Rows.HOUR);
            assertThat(accepted(harness)).isEmpty();

            harness.processWatermark(DAY);

            assertThat(accepted(harness)).containsExactly(10L);
            assertThat(duplicates(harness)).containsExactly(9L, 11L);
        }
    }

    @Test
    void anIdIsUsedAgainOnceItsHorizonHasPassed() throws Exception {
        try (var harness = harness()) {
            harness.processElement(Rows.event(10, 7, Rows.HOUR), Rows.HOUR);
            harness.processWatermark(2 * Rows.HOUR);
            harness.processElement(Rows.event(11, 7, Rows.HOUR + DAY), Rows.HOUR + DAY);
            harness.processElement(Rows.event(12, 7, Rows.HOUR + DAY + 1), Rows.HOUR + DAY + 1);
            harness.processWatermark(2 * Rows.HOUR + DAY);
            harness.processElement(Rows.event(13, 7, 3 * DAY), 3 * DAY);
            harness.processWatermark(Long.MAX_VALUE);

            assertThat(accepted(harness)).containsExactly(10L, 12L, 13L);
            assertThat(duplicates(harness)).containsExactly(11L);
        }
    }
}
