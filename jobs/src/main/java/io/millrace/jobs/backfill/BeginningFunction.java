package io.millrace.jobs.backfill;

import io.millrace.record.Event;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/**
 * Says when a stream's history begins: once for each row that is earlier than all before it, so
 * that the earliest of what it says is the beginning.
 */
final class BeginningFunction implements FlatMapFunction<Event, TrainingRow> {
    private static final long serialVersionUID = 1L;

    private final boolean areLabels;
    private long earliestMillis = Long.MAX_VALUE;

    BeginningFunction(boolean areLabels) {
        this.areLabels = areLabels;
    }

    @Override
    public void flatMap(Event row, Collector<TrainingRow> out) {
        if (row.eventTimeMillis() < earliestMillis) {
            earliestMillis = row.eventTimeMillis();
            out.collect(TrainingRow.beginning(areLabels, earliestMillis));
        }
    }
}
