package io.millrace.jobs.backfill;

import io.millrace.record.FeatureVector;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.accumulators.LongMaximum;
import org.apache.flink.api.common.accumulators.LongMinimum;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;

/** Lets the events of a range of event time pass, and notes over which time there were any. */
final class RangeFunction extends RichFlatMapFunction<FeatureVector, TrainingRow> {
    private static final long serialVersionUID = 1L;

    private final long fromMillis;
    private final long toMillis;
    private final LongCounter computed = new LongCounter();
    private final LongMinimum earliest = new LongMinimum();
    private final LongMaximum latest = new LongMaximum();

    /**
     * A range.
     *
     * @param fromMillis the first event time that passes
     * @param toMillis the first that does not pass any more
     */
    RangeFunction(long fromMillis, long toMillis) {
        this.fromMillis = fromMillis;
        this.toMillis = toMillis;
    }

    @Override
    public void open(OpenContext context) {
        getRuntimeContext().addAccumulator(Counts.COMPUTED, computed);
        getRuntimeContext().addAccumulator(Counts.EARLIEST, earliest);
        getRuntimeContext().addAccumulator(Counts.LATEST, latest);
    }

    @Override
    public void flatMap(FeatureVector vector, Collector<TrainingRow> out) {
        long timeMillis = vector.eventTimeMillis();
        computed.add(1);
        earliest.add(timeMillis);
        latest.add(timeMillis);
        if (timeMillis >= fromMillis && timeMillis < toMillis) {
            out.collect(TrainingRow.event(vector));
        }
    }
}
