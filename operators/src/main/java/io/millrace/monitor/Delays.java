package io.millrace.monitor;

/**
 * Buckets of how long something took: exact below 16 ms, then eight to each power of two, so that a
 * bucket's middle is off by at most a sixteenth.
 */
final class Delays {
    private static final int STEP_BITS = 3;
    private static final int STEPS = 1 << STEP_BITS;
    private static final int LONGEST_BITS = 41;

    /** How many there are; the last ones reach to 69 years. */
    static final int BUCKETS = (LONGEST_BITS - STEP_BITS + 1) * STEPS;

    private Delays() {}

    static int bucket(long millis) {
        long bounded = Math.min((1L << LONGEST_BITS) - 1, Math.max(0, millis));
        if (bounded < STEPS) {
            return (int) bounded;
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(bounded) - STEP_BITS;
        return (int) ((shift + 1L) * STEPS + (bounded >>> shift) - STEPS);
    }

    /** The middle of a bucket. */
    static double middle(int bucket) {
        if (bucket < STEPS) {
            return bucket;
        }
        int shift = bucket / STEPS - 1;
        long low = (long) (bucket % STEPS + STEPS) << shift;
        return low + ((1L << shift) - 1) / 2.0;
    }

    /**
     * The quantile of delays that were counted from a tally's cell on; NaN where there are none.
     */
    static double quantile(Tally tally, int from, double share) {
        long all = 0;
        for (int i = 0; i < BUCKETS; i++) {
            all += tally.count(from + i);
        }
        long rank = Math.max(1, (long) Math.ceil(share * all));
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += tally.count(from + i);
            if (seen >= rank) {
                return middle(i);
            }
        }
        return Double.NaN;
    }
}
