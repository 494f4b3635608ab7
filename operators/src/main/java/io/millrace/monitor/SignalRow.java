package io.millrace.monitor;

import java.util.Comparator;

/**
 * What a row adds to a {@link Signal}. Public because Flink keeps it as state.
 *
 * @param eventTimeMillis the event's time, epoch milliseconds
 * @param eventId the event's id
 * @param value 1 where something is so and 0 where it is not, or a number
 * @param expected how likely the reference says that it is so; NaN where no reference does
 */
public record SignalRow(long eventTimeMillis, String eventId, double value, double expected) {

    /** In event time; at one instant, by id. */
    static final Comparator<SignalRow> ORDER =
            Comparator.comparingLong(SignalRow::eventTimeMillis).thenComparing(SignalRow::eventId);
}
