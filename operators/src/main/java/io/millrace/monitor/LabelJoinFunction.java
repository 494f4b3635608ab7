package io.millrace.monitor;

import io.millrace.record.Event;
import io.millrace.record.Score;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.streaming.api.operators.StreamingRuntimeContext;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Holds what is known of each event in Flink and lets {@link LabelJoin} do the thinking.
 *
 * <p>What is known is kept until the horizon has passed; then it is settled, and forgotten.
 */
final class LabelJoinFunction extends KeyedCoProcessFunction<String, Score, Event, Outcome> {
    private static final long serialVersionUID = 1L;

    /** Outcomes that nothing can change any more. */
    static final OutputTag<Outcome> SETTLED =
            new OutputTag<>("settled", TypeInformation.of(Outcome.class));

    private final long horizonMillis;
    private final String positiveDecision;
    private final TruthReader truth;
    private final ScoreCalibrations calibrations;

    private transient LabelJoin join;
    private transient ScoreCalibrations calibrated;
    private transient ValueState<LabelledEvent> state;
    private transient QualityMetrics metrics;

    /**
     * @param horizonMillis how long after its event a label counts
     * @param positiveDecision what is decided where the score reaches the threshold
     * @param truth reads what a label says
     * @param calibrations how scores are calibrated
     */
    LabelJoinFunction(
            long horizonMillis,
            String positiveDecision,
            TruthReader truth,
            ScoreCalibrations calibrations) {
        this.horizonMillis = horizonMillis;
        this.positiveDecision = positiveDecision;
        this.truth = truth;
        this.calibrations = calibrations;
    }

    @Override
    public void open(OpenContext context) {
        join = new LabelJoin(horizonMillis);
        state =
                getRuntimeContext()
                        .getState(
                                new ValueStateDescriptor<>("labelled-event", LabelledEvent.class));
        calibrated =
                calibrations.in(
                        ((StreamingRuntimeContext) getRuntimeContext())
                                .getTaskManagerRuntimeInfo()
                                .getTmpDirectories()[0]);
        metrics = new QualityMetrics(getRuntimeContext().getMetricGroup());
    }

    @Override
    public void processElement1(Score score, Context context, Collector<Outcome> out)
            throws Exception {
        if (join.isTooLate(score.eventTimeMillis(), context.timerService().currentWatermark())) {
            metrics.scoreTooLate();
            return;
        }
        var awaiting = AwaitingScore.of(score, calibrated.of(score), positiveDecision);
        keep(join.apply(score.eventId(), state.value(), awaiting), context, out);
    }

    @Override
    public void processElement2(Event label, Context context, Collector<Outcome> out)
            throws Exception {
        metrics.labelCame();
        Boolean isPositive = truth.read(label.row());
        if (isPositive == null) {
            metrics.labelSaysNothing();
            return;
        }
        if (join.isTooLate(label.eventTimeMillis(), context.timerService().currentWatermark())) {
            metrics.labelTooLate();
            return;
        }
        var seen =
                new SeenLabel(
                        label.eventTimeMillis(),
                        isPositive,
                        label.origin().partition(),
                        label.origin().offset());
        keep(join.apply(label.id(), state.value(), seen), context, out);
    }

    private void keep(LabelJoin.Step step, Context context, Collector<Outcome> out)
            throws Exception {
        state.update(step.state());
        context.timerService().registerEventTimeTimer(join.spentAt(step.state()));
        step.changes().forEach(out::collect);
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
