package io.millrace.source;

import io.millrace.record.Received;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * Where an event time may lie: from 1970 on, and at most so far after the Kafka record's timestamp.
 *
 * <p>A single event from the year 2262 would move the watermark there and make every other event
 * late; so one out of bounds has no event time.
 *
 * @param column the event-time column, as messages name it
 * @param maxAheadMillis how far an event time may lie after the Kafka record's timestamp
 */
record EventTimeBounds(String column, long maxAheadMillis) implements Serializable {

    boolean hold(long eventTimeMillis, long timestampMillis) {
        // Kafka's timestamp is -1 where a record has none.
        return eventTimeMillis >= 0
                && eventTimeMillis - Math.max(0, timestampMillis) <= maxAheadMillis;
    }

    /** What is wrong with an event time for which the bounds do not hold. */
    String broken(long eventTimeMillis, long timestampMillis) {
        if (eventTimeMillis == Received.NO_EVENT_TIME) {
            return "%s is null; it must be the event time".formatted(column);
        }
        if (eventTimeMillis < 0) {
            return "%s is %s; it must lie after 1970-01-01T00:00:00Z"
                    .formatted(column, Instant.ofEpochMilli(eventTimeMillis));
        }
        return "%s is %s; it must lie at most %s after the record's timestamp %s"
                .formatted(
                        column,
                        Instant.ofEpochMilli(eventTimeMillis),
                        Duration.ofMillis(maxAheadMillis),
                        Instant.ofEpochMilli(timestampMillis));
    }
}
