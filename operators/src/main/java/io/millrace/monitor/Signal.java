package io.millrace.monitor;

import io.millrace.record.Score;
import java.util.Locale;

/**
 * A number of a model version that is watched row by row. Public because Flink sends it.
 *
 * @param kind what the numbers are
 * @param modelName the registered model's name
 * @param modelVersion its version
 * @param route why this model answered
 * @param row one of them
 */
public record Signal(
        Kind kind, String modelName, String modelVersion, String route, SignalRow row) {

    /** What is watched. */
    public enum Kind {
        /** Whether a decision, whose label is known for good, was wrong. */
        WRONG_DECISIONS,
        /** The score, as a standard normal number by the reference. */
        SCORE,
        /** Whether a feature is missing. */
        MISSING,
        /** How far features lie from what they are together, as {@link #SCORE}. */
        RECONSTRUCTION
    }

    /**
     * @param outcome of a score that has a label
     */
    static Signal ofDecision(Outcome outcome) {
        boolean isPositive = outcome.truth() == Outcome.Truth.POSITIVE;
        return new Signal(
                Kind.WRONG_DECISIONS,
                outcome.modelName(),
                outcome.modelVersion(),
                outcome.route(),
                new SignalRow(
                        outcome.eventTimeMillis(),
                        outcome.eventId(),
                        outcome.isDecided() == isPositive ? 0 : 1,
                        outcome.isDecided() ? 1 - outcome.chance() : outcome.chance()));
    }

    /**
     * @param value of this kind, of which nothing is expected
     */
    static Signal ofScore(Kind kind, Score score, double value) {
        return new Signal(
                kind,
                score.modelName(),
                score.modelVersion(),
                score.route().name(),
                new SignalRow(score.eventTimeMillis(), score.eventId(), value, Double.NaN));
    }

    /** Each kind is watched by model version and route. */
    String key() {
        return "%s/%s/%s/%s".formatted(kind, modelName, modelVersion, route);
    }

    /** Whose it is, for people. */
    String of() {
        return "%s/%s (%s)".formatted(modelName, modelVersion, route.toLowerCase(Locale.ROOT));
    }
}
