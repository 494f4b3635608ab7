package io.millrace.spec;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The event topic.
 *
 * @param allowedLateness how far behind the watermark an event is still answered, in {@code
 *     arrival} order
 * @param deduplicate how duplicates are recognised, or null where the topic has none
 */
public record EventsSpec(
        StreamSpec stream, Duration allowedLateness, @Nullable DeduplicateSpec deduplicate) {

    /**
     * Two events with one id are one event.
     *
     * @param within the horizon: how far apart in event time two copies may lie
     * @param partitionBy a column that is equal in both copies, by which the work is spread; the
     *     event id by default. The first entity's column here keeps each entity's events in their
     *     order.
     */
    public record DeduplicateSpec(Duration within, String partitionBy) {}
}
