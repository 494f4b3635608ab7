package io.millrace.jobs.parity;

/**
 * That a row of an entity happened, and when it arrived.
 *
 * @param entity the entity's name and its value
 * @param isLabel whether it is a label
 * @param eventId the event's id
 * @param eventTimeMillis when it happened, epoch milliseconds
 * @param topic where it arrived
 * @param partition the partition
 * @param offset the offset there
 * @param arrivalMillis the Kafka record's timestamp
 */
public record Arrival(
        String entity,
        boolean isLabel,
        String eventId,
        long eventTimeMillis,
        String topic,
        int partition,
        long offset,
        long arrivalMillis) {

    /** Whether this certainly arrived after another. */
    boolean isAfter(Arrival other) {
        return (partition == other.partition && topic.equals(other.topic))
                ? offset > other.offset
                : arrivalMillis > other.arrivalMillis;
    }

    /** For people. */
    String described(Arrival overtaking) {
        return "%s %s of %s, of %s, came at %s %d@%d, %,d ms after the event"
                .formatted(
                        isLabel ? "the label of" : "event",
                        eventId,
                        entity,
                        java.time.Instant.ofEpochMilli(eventTimeMillis),
                        topic,
                        partition,
                        offset,
                        arrivalMillis - overtaking.arrivalMillis);
    }
}
