package io.millrace.jobs.parity;

import io.millrace.features.HistoryWarming;
import io.millrace.jobs.backfill.Counts;
import io.millrace.record.Event;
import org.apache.flink.api.common.accumulators.LongMinimum;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Notes when a stream's history begins. */
final class EarliestFunction extends RichMapFunction<Event, Event> {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final LongMinimum earliest = new LongMinimum();

    private EarliestFunction(String name) {
        this.name = name;
    }

    static EarliestFunction of(boolean labels) {
        return new EarliestFunction(name(labels));
    }

    private static String name(boolean labels) {
        return labels ? "earliest.labels" : "earliest.events";
    }

    /** Tells of the beginnings that a job has noted. */
    static void tell(HistoryWarming history, Counts counts) {
        for (boolean labels : new boolean[] {false, true}) {
            if (counts.accumulators().get(name(labels)) instanceof Long millis
                    && millis != Long.MAX_VALUE) {
                history.learnt(labels, millis);
            }
        }
    }

    @Override
    public void open(OpenContext context) {
        getRuntimeContext().addAccumulator(name, earliest);
    }

    @Override
    public Event map(Event row) {
        earliest.add(row.eventTimeMillis());
        return row;
    }
}
