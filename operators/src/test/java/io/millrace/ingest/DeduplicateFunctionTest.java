package io.millrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Duplicate;
import io.millrace.record.Event;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeduplicateFunctionTest {
    private static final long DAY = 24 * Rows.HOUR;

    private static KeyedOneInputStreamOperatorTestHarness<String, Event, Event> harness()
            throws Exception {
        return harness(new HashMapStateBackend());
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, Event, Event> harness(
            StateBackend backend) throws Exception {
        var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KeyedProcessOperator<>(
                                new DeduplicateFunction(new Deduplication(DAY, Rows.HOUR))),
                        PartitionKey.of(Rows.CONFIG, "customer"),
                        Types.STRING);
        harness.getExecutionConfig().enableObjectReuse();
        harness.setStateBackend(backend);
        return harness;
    }

    private static void process(
            KeyedOneInputStreamOperatorTestHarness<String, Event, Event> harness, Event event)
            throws Exception {
        harness.processElement(event, event.eventTimeMillis());
    }

    private static List<String> duplicates(
            KeyedOneInputStreamOperatorTestHarness<String, Event, Event> harness) {
        var duplicates = new ArrayList<String>();
        var records = harness.getSideOutput(Duplicate.TAG);
        if (records != null) {
            for (StreamRecord<Duplicate> record : records) {
                Duplicate duplicate = record.getValue();
                duplicates.add(
                        "%s at %d is a copy of %d:%d"
                                .formatted(
                                        duplicate.eventId(),
                                        duplicate.origin().offset(),
                                        duplicate.firstPartition(),
                                        duplicate.firstOffset()));
            }
        }
        return duplicates;
    }

    private static List<Long> accepted(
            KeyedOneInputStreamOperatorTestHarness<String, Event, Event> harness) {
        return harness.extractOutputValues().stream().map(e -> e.origin().offset()).toList();
    }

    @Test
    void theSecondCopyIsADuplicateThatNamesTheFirst() throws Exception {
        try (var harness = harness()) {
            harness.open();
            process(harness, Rows.event(10, 7, DAY));
            process(harness, Rows.event(11, 7, DAY));
            process(harness, Rows.event(12, 8, DAY));
            process(harness, Rows.event(13, 7, DAY + 1));

            assertThat(accepted(harness)).containsExactly(10L, 12L);
            assertThat(duplicates(harness))
                    .containsExactly("7 at 11 is a copy of 0:10", "7 at 13 is a copy of 0:10");
        }
    }

    @Test
    void anIdIsUsedAgainBeyondTheHorizonInBothDirections() throws Exception {
        try (var harness = harness()) {
            harness.open();
            process(harness, Rows.event(10, 7, 2 * DAY));
            process(harness, Rows.event(11, 7, 3 * DAY));
            process(harness, Rows.event(12, 7, DAY));
            process(harness, Rows.event(13, 7, DAY - 1));
            process(harness, Rows.event(14, 7, 3 * DAY + 1));

            assertThat(accepted(harness)).containsExactly(10L, 13L, 14L);
            assertThat(duplicates(harness)).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingIsLeftOnceTheHorizonHasPassed(boolean onRocksDb) throws Exception {
        StateBackend backend =
                onRocksDb ? new EmbeddedRocksDBStateBackend() : new HashMapStateBackend();
        try (var harness = harness(backend)) {
            harness.open();
            for (int i = 0; i < 200; i++) {
                process(harness, Rows.event(i, i, i * Rows.HOUR));
            }
            assertThat(harness.numEventTimeTimers()).isLessThanOrEqualTo(200);

            // All but the last day and the allowed lateness can go.
            harness.processWatermark(200 * Rows.HOUR);
            process(harness, Rows.event(1_000, 170, 170 * Rows.HOUR));
            process(harness, Rows.event(1_001, 190, 190 * Rows.HOUR));
            assertThat(duplicates(harness)).containsExactly("190 at 1001 is a copy of 0:190");

            harness.processWatermark(300 * Rows.HOUR);
            assertThat(harness.numEventTimeTimers()).isZero();
            if (!onRocksDb) {
                assertThat(harness.numKeyedStateEntries()).isZero();
            }
            process(harness, Rows.event(1_002, 199, 199 * Rows.HOUR));
            assertThat(accepted(harness)).endsWith(1_002L);
        }
    }

    @Test
    void afterARestoreWhatWasAcceptedStaysTheFirst() throws Exception {
        OperatorSubtaskState state;
        try (var harness = harness()) {
            harness.open();
            process(harness, Rows.event(10, 7, DAY + 5));
            process(harness, Rows.event(11, 7, DAY));
            state = harness.snapshot(1, 1);
            assertThat(duplicates(harness)).containsExactly("7 at 11 is a copy of 0:10");
        }
        try (var harness = harness()) {
            harness.initializeState(state);
            harness.open();
            // The older event time comes again: it does not become the first one.
            process(harness, Rows.event(12, 7, DAY));
            process(harness, Rows.event(13, 7, DAY + 5));

            assertThat(accepted(harness)).isEmpty();
            assertThat(duplicates(harness))
                    .containsExactly("7 at 12 is a copy of 0:10", "7 at 13 is a copy of 0:10");

            harness.processWatermark(10 * DAY);
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    /** Offsets and state restore together: the replay begins where the state ends. */
    @Test
    void aReplayedRecordIsNotItsOwnDuplicate() throws Exception {
        OperatorSubtaskState state;
        try (var harness = harness()) {
            harness.open();
            process(harness, Rows.event(10, 7, DAY));
            state = harness.snapshot(1, 1);
            process(harness, Rows.event(11, 8, DAY));
            process(harness, Rows.event(12, 7, DAY));
            assertThat(accepted(harness)).containsExactly(10L, 11L);
        }
        try (var harness = harness()) {
            harness.initializeState(state);
            harness.open();
            process(harness, Rows.event(11, 8, DAY));
            process(harness, Rows.event(12, 7, DAY));

            assertThat(accepted(harness)).containsExactly(11L);
            assertThat(duplicates(harness)).containsExactly("7 at 12 is a copy of 0:10");
        }
    }

    /** Only a reader that was set back by hand can do this; twice scored would be worse. */
    @Test
    void aRecordThatIsReadAgainWithTheStateOfItsFirstReadingIsADuplicate() throws Exception {
        OperatorSubtaskState state;
        try (var harness = harness()) {
            harness.open();
            process(harness, Rows.event(10, 7, DAY));
            state = harness.snapshot(1, 1);
        }
        try (var harness = harness()) {
            harness.initializeState(state);
            harness.open();
            process(harness, Rows.event(10, 7, DAY));

            assertThat(accepted(harness)).isEmpty();
            assertThat(duplicates(harness)).containsExactly("7 at 10 is a copy of 0:10");
        }
    }

    @Test
    void itsStateIsWrittenWithoutKryo() {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(Seen.class);
    }
}
