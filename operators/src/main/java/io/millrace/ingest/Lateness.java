package io.millrace.ingest;

import java.io.Serializable;

/**
 * Which rows come too late.
 *
 * @param allowedMillis how far behind the watermark a row is still accepted
 */
record Lateness(long allowedMillis) implements Serializable {

    static Lateness of(IngestConfig config) {
        return new Lateness(config.latenessMillis());
    }

    boolean isTooLate(long eventTimeMillis, long watermarkMillis) {
        return eventTimeMillis <= latestRefused(watermarkMillis);
    }

    /** The latest event time that is too late. */
    private long latestRefused(long watermarkMillis) {
        // Before the first event the watermark is the least long, and stays it.
        return Math.max(watermarkMillis, Long.MIN_VALUE + allowedMillis) - allowedMillis;
    }

    /** What is wrong with an event time that is too late. */
    String late(long eventTimeMillis, long watermarkMillis) {
        return "the event time is %d ms behind the watermark; it must be less than %d ms behind"
                .formatted(watermarkMillis - eventTimeMillis, allowedMillis);
    }
}
