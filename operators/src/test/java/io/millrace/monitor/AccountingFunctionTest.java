package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Duplicate;
import io.millrace.record.Origin;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.StreamMap;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class AccountingFunctionTest {

    @Test
    void passesEveryRecordOnAndCountsOnAfterARestore() throws Exception {
        OperatorSubtaskState snapshot;
        try (var harness = harness()) {
            harness.open();
            harness.processElement(duplicate("transactions", 0, 1), 5);
            harness.processElement(duplicate("transactions", 1, 1), 6);
            snapshot = harness.snapshot(1, 1);
            harness.processElement(duplicate("transactions", 0, 2), 7);
            assertThat(harness.extractOutputValues()).hasSize(3);
        }
        try (var harness = harness()) {
            harness.initializeState(snapshot);
            harness.open();
            harness.processElement(duplicate("transactions", 0, 2), 7);
            harness.snapshot(2, 2);

            assertThat(counts(harness))
                    .containsExactlyInAnyOrder(
                            new PartitionCount("transactions", 0, 2),
                            new PartitionCount("transactions", 1, 1));
        }
    }

    @Test
    void mergesTheCountsOfTwoSubtasksIntoOne() throws Exception {
        OperatorSubtaskState first =
                snapshotAfter(duplicate("transactions", 0, 1), duplicate("transactions", 1, 1));
        OperatorSubtaskState second = snapshotAfter(duplicate("transactions", 0, 2));
        try (var harness = harness()) {
            harness.initializeState(
                    OneInputStreamOperatorTestHarness.repartitionOperatorState(
                            OneInputStreamOperatorTestHarness.repackageState(first, second),
                            2,
                            2,
                            1,
                            0));
            harness.open();
            harness.snapshot(3, 3);

            assertThat(counts(harness))
                    .containsExactlyInAnyOrder(
                            new PartitionCount("transactions", 0, 2),
                            new PartitionCount("transactions", 1, 1));
        }
    }

    private static OperatorSubtaskState snapshotAfter(Duplicate... records) throws Exception {
        try (var harness = harness()) {
            harness.open();
            for (Duplicate record : records) {
                harness.processElement(record, 0);
            }
            return harness.snapshot(1, 1);
        }
    }

    private static Iterable<PartitionCount> counts(
            OneInputStreamOperatorTestHarness<Duplicate, Duplicate> harness) throws Exception {
        return harness.getOperator()
                .getOperatorStateBackend()
                .getListState(new ListStateDescriptor<>("counts", PartitionCount.class))
                .get();
    }

    private static OneInputStreamOperatorTestHarness<Duplicate, Duplicate> harness()
            throws Exception {
        return new OneInputStreamOperatorTestHarness<>(
                new StreamMap<>(new AccountingFunction<Duplicate>(Fate.DUPLICATE)));
    }

    private static Duplicate duplicate(String topic, int partition, long offset) {
        return new Duplicate(
                new Origin(topic, partition, offset, 0, null, new byte[0]), "event-1", 0, 0);
    }
}
