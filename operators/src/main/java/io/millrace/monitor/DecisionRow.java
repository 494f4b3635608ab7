package io.millrace.monitor;

import java.util.Comparator;

/**
 * A decision whose label is known for good. Public because Flink keeps it as state.
 *
 * @param eventTimeMillis the event's time, epoch milliseconds
 * @param eventId the event's id
 * @param isWrong whether the label says otherwise
 * @param expected how likely the reference says that it is wrong; NaN where no reference does
 */
public record DecisionRow(long eventTimeMillis, String eventId, boolean isWrong, double expected) {

    /** In event time; at one instant, by id. */
    static final Comparator<DecisionRow> ORDER =
            Comparator.comparingLong(DecisionRow::eventTimeMillis)
                    .thenComparing(DecisionRow::eventId);

    /**
     * @param outcome of a score that has a label
     */
    static DecisionRow of(Outcome outcome) {
        boolean isPositive = outcome.truth() == Outcome.Truth.POSITIVE;
        return new DecisionRow(
                outcome.eventTimeMillis(),
                outcome.eventId(),
                outcome.isDecided() != isPositive,
                outcome.isDecided() ? 1 - outcome.chance() : outcome.chance());
    }
}
