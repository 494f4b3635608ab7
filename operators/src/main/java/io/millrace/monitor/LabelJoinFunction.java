package io.millrace.monitor;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Holds what is known of each event in Flink and lets {@link LabelJoin} do the thinking.
 *
 * <p>What is known is kept until the horizon has passed; then it is settled, and forgotten.
 */
final class LabelJoinFunction
        extends KeyedCoProcessFunction<String, EventScore, EventLabel, Outcome> {
    private static final long serialVersionUID = 1L;

    /** Outcomes that nothing can change any more. */
    static final OutputTag<Outcome> SETTLED =
            new OutputTag<>("settled", TypeInformation.of(Outcome.class));

    private final long horizonMillis;

    private transient LabelJoin join;
    private transient ValueState<LabelledEvent> state;
    private transient QualityMetrics metrics;

    /**
     * @param horizonMillis how long after its event a label counts
     */
    LabelJoinFunction(long horizonMillis) {
        this.horizonMillis = horizonMillis;
    }

    @Override
    public void open(OpenContext context) {
        join = new LabelJoin(horizonMillis);
        state =
                getRuntimeContext()
                        .getState(
                                new ValueStateDescriptor<>("labelled-event", LabelledEvent.class));
        metrics = new QualityMetrics(getRuntimeContext().getMetricGroup());
    }

    @Override
    public void processElement1(EventScore said, Context context, Collector<Outcome> out)
            throws Exception {
        long time = said.score().eventTimeMillis();
        if (join.isTooLate(time, context.timerService().currentWatermark())) {
            metrics.scoreTooLate();
            return;
        }
        keep(join.apply(said.eventId(), state.value(), said.score()), context, out);
    }

    @Override
    public void processElement2(EventLabel seen, Context context, Collector<Outcome> out)
            throws Exception {
        long time = seen.label().eventTimeMillis();
        if (join.isTooLate(time, context.timerService().currentWatermark())) {
            metrics.labelTooLate();
            return;
        }
        keep(join.apply(seen.eventId(), state.value(), seen.label()), context, out);
    }

    private void keep(LabelJoin.Step step, Context context, Collector<Outcome> out)
            throws Exception {
        state.update(step.state());
        if (step.spentAt() != null) {
            context.timerService().registerEventTimeTimer(step.spentAt());
        }
        for (Outcome change : step.changes()) {
            out.collect(change);
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Outcome> out)
            throws Exception {
        var known = state.value();
        if (known == null || join.spentAt(known) > timestamp) {
            return;
        }
        if (known.scores().isEmpty()) {
            metrics.labelsWithoutScore(known.labels().size());
        }
        for (Outcome outcome : join.outcomes(context.getCurrentKey(), known)) {
            metrics.settled(outcome);
            context.output(SETTLED, outcome);
        }
        state.clear();
    }
}
