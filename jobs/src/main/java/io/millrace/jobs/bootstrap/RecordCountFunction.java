package io.millrace.jobs.bootstrap;

import io.millrace.record.Received;
import java.util.Map;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Counts what has been read, where whoever waits for the job can see it. */
final class RecordCountFunction extends RichMapFunction<Received, Received> {
    private static final long serialVersionUID = 1L;

    private static final String RECORDS = "records";

    private final LongCounter records = new LongCounter();

    /** The count among a job's accumulators. */
    static long of(Map<String, Object> accumulators) {
        return accumulators.get(RECORDS) instanceof Long count ? count : 0;
    }

    @Override
    public void open(OpenContext context) {
        getRuntimeContext().addAccumulator(RECORDS, records);
    }

    @Override
    public Received map(Received received) {
        records.add(1L);
        return received;
    }
}
