package io.millrace.monitor;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Says of each score that nothing is known of its truth, where a pipeline has no labels. */
final class UnlabelledFunction extends ProcessFunction<EventScore, Outcome> {
    private static final long serialVersionUID = 1L;

    private final long horizonMillis;

    private transient LabelJoin join;
    private transient QualityMetrics metrics;

    /**
     * @param horizonMillis how late a score may come
     */
    UnlabelledFunction(long horizonMillis) {
        this.horizonMillis = horizonMillis;
    }

    @Override
    public void open(OpenContext context) {
        join = new LabelJoin(horizonMillis);
        metrics = new QualityMetrics(getRuntimeContext().getMetricGroup());
    }

    @Override
    public void processElement(EventScore said, Context context, Collector<Outcome> out) {
        long time = said.score().eventTimeMillis();
        if (join.isTooLate(time, context.timerService().currentWatermark())) {
            metrics.scoreTooLate();
            return;
        }
        out.collect(join.outcome(said.eventId(), said.score(), LabelledEvent.UNKNOWN));
    }
}
