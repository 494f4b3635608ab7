package io.millrace.features;

import io.millrace.record.DeadLetter;
import io.millrace.record.Event;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Lets labels join the events, and refuses one without a value for an entity that it must have. */
final class LabelFunction extends ProcessFunction<Event, Partial> {
    private static final long serialVersionUID = 1L;

    private final RequiredEntities entities;

    private transient FeatureMetrics metrics;

    LabelFunction(RequiredEntities entities) {
        this.entities = entities;
    }

    @Override
    public void open(OpenContext context) {
        metrics = new FeatureMetrics(getRuntimeContext().getMetricGroup());
    }

    @Override
    public void processElement(Event label, Context context, Collector<Partial> out) {
        String problem = entities.problemOf(label.row());
        if (problem == null) {
            out.collect(Partial.label(label));
        } else {
            metrics.failed();
            context.output(DeadLetter.TAG, RequiredEntities.refusal(label, problem));
        }
    }
}
