package io.millrace.monitor;

import io.millrace.record.Score;
import io.millrace.record.TaskFolder;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Takes of a score what its label needs, and calibrates it. */
final class EventScoreFunction extends RichMapFunction<Score, EventScore> {
    private static final long serialVersionUID = 1L;

    private final String positiveDecision;
    private final ScoreCalibrations calibrations;

    private transient ScoreCalibrations calibrated;

    /**
     * @param positiveDecision what is decided where the score reaches the threshold
     */
    EventScoreFunction(String positiveDecision, ScoreCalibrations calibrations) {
        this.positiveDecision = positiveDecision;
        this.calibrations = calibrations;
    }

    @Override
    public void open(OpenContext context) {
        calibrated = calibrations.in(TaskFolder.of(getRuntimeContext()));
    }

    @Override
    public EventScore map(Score score) {
        return new EventScore(
                score.eventId(),
                AwaitingScore.of(score, calibrated.curveOf(score), positiveDecision));
    }
}
