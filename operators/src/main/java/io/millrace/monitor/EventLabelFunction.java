package io.millrace.monitor;

import io.millrace.record.Event;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;

/** Takes of a label what its score needs; one that says nothing is counted and goes no further. */
final class EventLabelFunction extends RichFlatMapFunction<Event, EventLabel> {
    private static final long serialVersionUID = 1L;

    private final TruthReader truth;

    private transient Counter labels;
    private transient Counter sayingNothing;

    EventLabelFunction(TruthReader truth) {
        this.truth = truth;
    }

    @Override
    public void open(OpenContext context) {
        var quality = QualityMetrics.group(getRuntimeContext().getMetricGroup());
        labels = quality.counter("labels");
        sayingNothing = quality.counter("labelsSayingNothing");
    }

    @Override
    public void flatMap(Event label, Collector<EventLabel> out) {
        labels.inc();
        Boolean isPositive = truth.read(label.row());
        if (isPositive == null) {
            sayingNothing.inc();
            return;
        }
        out.collect(
                new EventLabel(
                        label.id(),
                        new SeenLabel(
                                label.eventTimeMillis(),
                                isPositive,
                                label.origin().partition(),
                                label.origin().offset())));
    }
}
