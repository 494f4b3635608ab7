package io.millrace.jobs.pipeline;

import java.time.Instant;

/**
 * A range of event time.
 *
 * @param fromMillis its first event time, epoch milliseconds; {@link Long#MIN_VALUE} for all
 * @param toMillis the first event time after it; {@link Long#MAX_VALUE} for all
 */
public record EventTimeRange(long fromMillis, long toMillis) {

    /** All of event time. */
    public static final EventTimeRange ALL = new EventTimeRange(Long.MIN_VALUE, Long.MAX_VALUE);

    /** Whether a window reaches into it. */
    public boolean touches(long startMillis, long endMillis) {
        return endMillis > fromMillis && startMillis < toMillis;
    }

    public boolean holds(long millis) {
        return millis >= fromMillis && millis < toMillis;
    }

    /** For people. */
    @Override
    public String toString() {
        String from = fromMillis == Long.MIN_VALUE ? "the beginning" : text(fromMillis);
        String to = toMillis == Long.MAX_VALUE ? "the end" : text(toMillis);
        return "from %s to %s".formatted(from, to);
    }

    private static String text(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
