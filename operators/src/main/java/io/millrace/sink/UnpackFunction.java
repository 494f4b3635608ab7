package io.millrace.sink;

import io.millrace.record.Outgoing;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;

/** Takes records apart that were {@linkplain EncodeOperator sent together}. */
final class UnpackFunction extends RichFlatMapFunction<List<Outgoing>, Outgoing> {
    private static final long serialVersionUID = 1L;

    private transient Counter recordsIn;

    @Override
    public void open(OpenContext context) {
        recordsIn =
                getRuntimeContext().getMetricGroup().getIOMetricGroup().getNumRecordsInCounter();
    }

    @Override
    public void flatMap(List<Outgoing> together, Collector<Outgoing> out) {
        // A metric of records, of which Flink has counted one.
        recordsIn.inc(together.size() - 1);
        for (Outgoing outgoing : together) {
            out.collect(outgoing);
        }
    }
}
