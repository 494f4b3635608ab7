package io.millrace.features;

import io.millrace.record.Event;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A row on its way through the entities' steps: an event with the part of its vector that is known
 * so far, or a label.
 *
 * @param event the event or the label
 * @param values the vector; NaN where it is not known yet; empty for a label. The step that holds
 *     the row fills it in place.
 * @param isLabel which of the two it is
 * @param warming the slots whose windows reach back to before their history
 * @param written the layout that the row has, where it waited in a savepoint and is not yet {@link
 *     PartialLayout#adopt adopted}; null otherwise
 */
// Never compared; owned by one step at a time.
@SuppressWarnings("ArrayRecordComponent")
record Partial(
        Event event,
        double[] values,
        boolean isLabel,
        int[] warming,
        @Nullable PartialLayout written) {
    private static final double[] NO_VALUES = {};

    /**
     * The order in which rows of one entity are answered: by event time; at one instant labels
     * before events; then as the source read them.
     */
    static final Comparator<Partial> EVENT_TIME_ORDER = inEventTimeOrder(Ties.SOURCE);

    /** The same where a history says otherwise how rows of one instant follow each other. */
    static Comparator<Partial> inEventTimeOrder(Ties ties) {
        return Comparator.comparingLong(Partial::timeMillis)
                .thenComparing(Partial::isLabel, Comparator.reverseOrder())
                .thenComparing(Partial::event, ties);
    }

    static Partial label(Event label) {
        return new Partial(label, NO_VALUES, true, Slots.NONE, null);
    }

    static Partial event(Event event, double[] values) {
        return event(event, values, Slots.NONE);
    }

    static Partial event(Event event, double[] values, int[] warming) {
        return new Partial(event, values, false, warming, null);
    }

    /** The same row, as a savepoint of this layout held it. */
    Partial writtenIn(PartialLayout layout) {
        return new Partial(event, values, isLabel, warming, layout);
    }

    long timeMillis() {
        return event.eventTimeMillis();
    }
}
