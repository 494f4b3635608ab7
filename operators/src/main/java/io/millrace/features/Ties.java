package io.millrace.features;

import io.millrace.record.Event;
import java.util.Comparator;

/** In which order events of one entity at one instant are answered, and so see each other. */
public enum Ties implements Comparator<Event> {
    /** As the source read them: by partition and offset. */
    SOURCE {
        @Override
        public int compare(Event one, Event other) {
            int byPartition = Integer.compare(one.origin().partition(), other.origin().partition());
            return byPartition != 0
                    ? byPartition
                    : Long.compare(one.origin().offset(), other.origin().offset());
        }
    },

    /**
     * By their ids, wherever they were read: shorter ids first, then alphabetically, which for
     * whole numbers is by value.
     */
    EVENT_ID {
        @Override
        public int compare(Event one, Event other) {
            int byLength = Integer.compare(one.id().length(), other.id().length());
            int byId = byLength != 0 ? byLength : one.id().compareTo(other.id());
            return byId != 0 ? byId : SOURCE.compare(one, other);
        }
    }
}
