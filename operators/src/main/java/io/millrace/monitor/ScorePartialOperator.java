package io.millrace.monitor;

import io.millrace.record.Score;
import org.apache.flink.streaming.api.watermark.Watermark;

/**
 * Counts the scores of a pipeline that has no labels: what is reported is what the reference's
 * calibration makes of them.
 */
final class ScorePartialOperator extends QualityPartialOperator<Score> {
    private static final long serialVersionUID = 1L;

    private final long horizonMillis;
    private final String positiveDecision;
    private final ScoreCalibrations calibrations;

    private transient ScoreCalibrations calibrated;
    private transient LabelJoin join;
    private transient QualityMetrics quality;
    private transient long watermarkMillis;

    /**
     * @param positiveDecision what is decided where the score reaches the threshold
     */
    @SuppressWarnings("NullAway.Init") // set in open(), which Flink calls before the first record
    ScorePartialOperator(
            QualityPlan plan, String positiveDecision, ScoreCalibrations calibrations) {
        super(plan);
        this.horizonMillis = plan.horizonMillis();
        this.positiveDecision = positiveDecision;
        this.calibrations = calibrations;
    }

    @Override
    public void open() throws Exception {
        super.open();
        calibrated =
                calibrations.in(
                        getContainingTask()
                                .getEnvironment()
                                .getTaskManagerInfo()
                                .getTmpDirectories()[0]);
        join = new LabelJoin(horizonMillis);
        quality = new QualityMetrics(getMetricGroup());
        watermarkMillis = Long.MIN_VALUE;
    }

    @Override
    void count(Score score, QualityTallies counted) {
        long time = score.eventTimeMillis();
        if (join.isTooLate(time, watermarkMillis)) {
            quality.scoreTooLate();
            return;
        }
        CalibrationCurve curve = calibrated.curveOf(score);
        QualityCells.countScore(
                1,
                score.value(),
                curve == null ? Double.NaN : curve.probability(score.value()),
                score.decision().equals(positiveDecision),
                counted.of(
                        time,
                        score.modelName(),
                        score.modelVersion(),
                        score.route().name(),
                        score.segment()));
    }

    @Override
    public void processWatermark(Watermark watermark) throws Exception {
        watermarkMillis = watermark.getTimestamp();
        super.processWatermark(watermark);
    }
}
