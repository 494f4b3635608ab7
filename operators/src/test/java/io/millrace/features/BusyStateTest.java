package io.millrace.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

// The harness may be interrupted while it closes, and javac warns of that at each use.
@SuppressWarnings("try")
class BusyStateTest {
    private static final int KEYS = 7;

    /** Room for three keys. */
    private static final long MOST_BYTES = 3 * (WorkingSet.ENTRY_BYTES + Long.BYTES);

    @Test
    void keysDoNotMixAlthoughMostOfThemAreElsewhere() throws Exception {
        var random = new Random(3);
        var expected = new HashMap<Long, Long>();
        try (var harness = harness()) {
            harness.open();
            feed(harness, random, expected);
        }
    }

    @Test
    void aSnapshotHoldsWhatWasBusy() throws Exception {
        var random = new Random(4);
        var expected = new HashMap<Long, Long>();
        try (var before = harness();
                var after = harness()) {
            before.open();
            feed(before, random, expected);
            after.initializeState(before.snapshot(1, 1));
            after.open();
            feed(after, random, expected);
        }
    }

    /** Counts elements; every seventh of a key clears its count. */
    private static final class CountOperator extends AbstractStreamOperator<Long>
            implements OneInputStreamOperator<Long, Long> {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("NullAway.Init") // set in open()
        private transient BusyState<Long> counts;

        @Override
        public void open() throws Exception {
            super.open();
            var descriptor = new ValueStateDescriptor<>("counts", LongSerializer.INSTANCE);
            counts =
                    new BusyState<>(
                            getPartitionedState(descriptor), this, count -> Long.BYTES, MOST_BYTES);
        }

        @Override
        public void processElement(StreamRecord<Long> element) throws Exception {
            Long known = counts.value();
            long count = known == null ? 1 : known + 1;
            if (count == 7) {
                counts.clear();
            } else {
                counts.update(count);
            }
            output.collect(new StreamRecord<>(count));
        }

        @Override
        public void snapshotState(StateSnapshotContext context) throws Exception {
            counts.writeBack();
            super.snapshotState(context);
        }
    }

    private static void feed(
            KeyedOneInputStreamOperatorTestHarness<Long, Long, Long> harness,
            Random random,
            Map<Long, Long> expected)
            throws Exception {
        for (int i = 0; i < 500; i++) {
            long key = random.nextInt(KEYS);
            harness.processElement(key, i);
            long count = expected.merge(key, 1L, Long::sum);
            if (count == 7) {
                expected.remove(key);
            }
            assertThat(harness.extractOutputValues()).last().isEqualTo(count);
        }
    }

    private static KeyedOneInputStreamOperatorTestHarness<Long, Long, Long> harness()
            throws Exception {
        var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new CountOperator(), (Long key) -> key, Types.LONG);
        harness.setStateBackend(new EmbeddedRocksDBStateBackend());
        return harness;
    }
}
