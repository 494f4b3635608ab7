package io.millrace.features;

/**
 * Arithmetic on event times that stops at the ends of time instead of wrapping around. The ends,
 * {@link Long#MIN_VALUE} and {@link Long#MAX_VALUE}, are what Flink's first and last watermark say:
 * no duration leads away from them.
 */
final class EventTime {

    private EventTime() {}

    /** The time that lies a duration of at least 0 before the given one. */
    static long before(long timeMillis, long durationMillis) {
        if (timeMillis == Long.MAX_VALUE) {
            return timeMillis;
        }
        long earlier = timeMillis - durationMillis;
        return earlier > timeMillis ? Long.MIN_VALUE : earlier;
    }

    /** The time that lies a duration of at least 0 after the given one. */
    static long after(long timeMillis, long durationMillis) {
        if (timeMillis == Long.MIN_VALUE) {
            return timeMillis;
        }
        long later = timeMillis + durationMillis;
        return later < timeMillis ? Long.MAX_VALUE : later;
    }
}
