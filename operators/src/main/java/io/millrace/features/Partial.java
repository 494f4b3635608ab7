package io.millrace.features;

import io.millrace.record.Event;
import java.util.Comparator;

/**
 * A row on its way through the entities' steps: an event with the part of its vector that is known
 * so far, or a label.
 *
 * @param event the event or the label
 * @param values the vector; NaN where it is not known yet; empty for a label. The step that holds
 *     the row fills it in place.
 * @param isLabel which of the two it is
 */
// Never compared; owned by one step at a time.
@SuppressWarnings("ArrayRecordComponent")
record Partial(Event event, double[] values, boolean isLabel) {
    private static final double[] NO_VALUES = {};

    /**
     * The order in which rows of one entity are answered: by event time; at one instant labels
     * before events; then as the source read them.
     */
    static final Comparator<Partial> EVENT_TIME_ORDER =
            Comparator.comparingLong(Partial::timeMillis)
                    .thenComparing(Partial::isLabel, Comparator.reverseOrder())
                    .thenComparingInt(partial -> partial.event.origin().partition())
                    .thenComparingLong(partial -> partial.event.origin().offset());

    static Partial label(Event label) {
        return new Partial(label, NO_VALUES, true);
    }

    static Partial event(Event event, double[] values) {
        return new Partial(event, values, false);
    }

    long timeMillis() {
        return event.eventTimeMillis();
    }
}
