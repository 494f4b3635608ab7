package io.millrace.monitor;

import io.millrace.record.Score;
import org.jspecify.annotations.Nullable;

/**
 * A score whose label may still come. Public because Flink keeps it as state.
 *
 * @param eventTimeMillis the event's time, epoch milliseconds
 * @param modelName the registered model's name
 * @param modelVersion its version
 * @param route why this model answered
 * @param segment the value by which it is also told apart; empty where there is none
 * @param score what the model said
 * @param chance how likely it is right, by the reference; NaN where no reference says so
 * @param isDecided whether the score reached the threshold
 */
public record AwaitingScore(
        long eventTimeMillis,
        String modelName,
        String modelVersion,
        String route,
        String segment,
        double score,
        double chance,
        boolean isDecided) {

    /**
     * @param calibration how likely the score is right; null where no reference says so
     * @param positiveDecision what is decided where a score reaches the threshold
     */
    static AwaitingScore of(
            Score score, @Nullable CalibrationCurve calibration, String positiveDecision) {
        return new AwaitingScore(
                score.eventTimeMillis(),
                score.modelName(),
                score.modelVersion(),
                score.route().name(),
                score.segment(),
                score.value(),
                calibration == null ? Double.NaN : calibration.probability(score.value()),
                score.decision().equals(positiveDecision));
    }

    /** Whether another version answered. */
    boolean isShadow() {
        return route.equals(Score.Route.SHADOW.name());
    }

    /** Whether both are what the same model said, for the same reason. */
    boolean isOfSameModel(AwaitingScore other) {
        return modelName.equals(other.modelName)
                && modelVersion.equals(other.modelVersion)
                && route.equals(other.route);
    }

    /** Whether this one counts where both are there: the first in event time. */
    boolean isBefore(AwaitingScore other) {
        return eventTimeMillis != other.eventTimeMillis
                ? eventTimeMillis < other.eventTimeMillis
                : Double.compare(score, other.score) < 0;
    }
}
