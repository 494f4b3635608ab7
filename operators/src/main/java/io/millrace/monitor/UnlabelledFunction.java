package io.millrace.monitor;

import io.millrace.record.Score;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.operators.StreamingRuntimeContext;
import org.apache.flink.util.Collector;

/** Says of each score that nothing is known of its truth, where a pipeline has no labels. */
final class UnlabelledFunction extends ProcessFunction<Score, Outcome> {
    private static final long serialVersionUID = 1L;

    private final QualityConfig config;
    private final ScoreCalibrations calibrations;

    private transient LabelJoin join;
    private transient ScoreCalibrations calibrated;
    private transient QualityMetrics metrics;

    UnlabelledFunction(QualityConfig config, ScoreCalibrations calibrations) {
        this.config = config;
        this.calibrations = calibrations;
    }

    @Override
    public void open(OpenContext context) {
        join = new LabelJoin(config.plan().horizonMillis());
        calibrated =
                calibrations.in(
                        ((StreamingRuntimeContext) getRuntimeContext())
                                .getTaskManagerRuntimeInfo()
                                .getTmpDirectories()[0]);
        metrics = new QualityMetrics(getRuntimeContext().getMetricGroup());
    }

    @Override
    public void processElement(Score score, Context context, Collector<Outcome> out) {
        if (join.isTooLate(score.eventTimeMillis(), context.timerService().currentWatermark())) {
            metrics.scoreTooLate();
            return;
        }
        var awaiting = AwaitingScore.of(score, calibrated.of(score), config.positiveDecision());
        join.apply(score.eventId(), null, awaiting).changes().forEach(out::collect);
    }
}
