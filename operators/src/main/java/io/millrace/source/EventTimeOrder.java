package io.millrace.source;

import io.millrace.record.Received;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Rows of a history in, the same in event-time order out, with watermarks that no row is behind: so
 * whatever comes after need not sort again.
 */
public enum EventTimeOrder {
    /**
     * They are read in that order, but for rows as far apart as the topic's own may be. Where they
     * are not, the job fails with an {@link OutOfOrderException}.
     */
    AS_READ,

    /** Flink sorts them, in batch mode: outside the heap, then in files. */
    SORTED;

    /**
     * Rows whose timestamps are their event times, and which come in their order.
     *
     * @param topic whose rows they are
     */
    public DataStream<Received> attach(DataStream<Received> received, SourceConfig topic) {
        String uid = topic.name() + "-in-order";
        DataStream<Received> sorted = this == AS_READ ? received : sorted(received, topic);
        return sorted.transform(
                        topic.name() + ": in order",
                        received.getType(),
                        new EventTimeOperator(topic.outOfOrdernessMillis()))
                .setParallelism(1)
                .uid(uid);
    }

    private static DataStream<Received> sorted(DataStream<Received> received, SourceConfig topic) {
        String uid = topic.name() + "-sorted";
        return received.keyBy(row -> 0, Types.INT)
                .process(new Sorted())
                .returns(received.getType())
                .setParallelism(1)
                .uid(uid)
                .name(topic.name() + ": sorted");
    }

    /** Flink sorts each key's rows by their timestamps before it hands them over. */
    private static final class Sorted extends KeyedProcessFunction<Integer, Received, Received> {
        private static final long serialVersionUID = 1L;

        @Override
        public void processElement(Received row, Context context, Collector<Received> out) {
            out.collect(row);
        }
    }
}
