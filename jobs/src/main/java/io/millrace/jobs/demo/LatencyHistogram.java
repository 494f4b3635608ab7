package io.millrace.jobs.demo;

/**
 * Counts latencies so that percentiles can be read off, each within 5 % of what was recorded.
 *
 * <p>Bucket {@code b} holds the latencies in [1.05^b − 1, 1.05^(b+1) − 1) milliseconds.
 */
final class LatencyHistogram {
    private static final double GROWTH = Math.log(1.05);

    // 1.05^360 ms are twelve hours.
    private static final int BUCKETS = 360;

    private final long[] counts = new long[BUCKETS];
    private long total;

    void record(long millis) {
        int bucket = (int) (Math.log1p((double) Math.max(0, millis)) / GROWTH);
        counts[Math.min(bucket, BUCKETS - 1)]++;
        total++;
    }

    /**
     * A percentile of what was recorded.
     *
     * @param share 0.5 for the median
     * @return milliseconds below or at which this share of the latencies lies; 0 when there is none
     */
    long percentile(double share) {
        long wanted = (long) Math.ceil(share * total);
        long seen = 0;
        for (int bucket = 0; bucket < BUCKETS && total > 0; bucket++) {
            seen += counts[bucket];
            if (seen >= wanted) {
                return Math.round(Math.expm1((bucket + 1) * GROWTH));
            }
        }
        return 0;
    }

    long total() {
        return total;
    }
}
