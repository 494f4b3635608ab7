package io.millrace.features;

/**
 * What is remembered of one entity: one log for each stream that its windows read.
 *
 * <p>It is changed in place by {@link EntityWindows}; whoever shares one copies it first.
 */
final class EntityPast {
    /** The expiry of a past for which no timer is outstanding. */
    static final long NO_EXPIRY = Long.MIN_VALUE;

    /** What a past, and each of its logs, takes apart from its rows. */
    private static final int OBJECT_BYTES = 150;

    private final PastLayout layout;
    private final RowLog[] logs;

    /** The event time at which the outstanding timer looks whether this past is spent. */
    private long expiryMillis = NO_EXPIRY;

    /**
     * @param layout what the logs keep
     */
    EntityPast(PastLayout layout, RowLog[] logs) {
        this.layout = layout;
        this.logs = logs;
    }

    EntityPast copy() {
        var copies = new RowLog[logs.length];
        for (int i = 0; i < logs.length; i++) {
            copies[i] = logs[i].copy();
        }
        var copy = new EntityPast(layout, copies);
        copy.expiryMillis = expiryMillis;
        return copy;
    }

    /** What it keeps: that of the savepoint that it comes from, until it is adopted. */
    PastLayout layout() {
        return layout;
    }

    int logs() {
        return logs.length;
    }

    RowLog log(int index) {
        return logs[index];
    }

    boolean isEmpty() {
        for (RowLog log : logs) {
            if (log.size() > 0) {
                return false;
            }
        }
        return true;
    }

    /** How much of the heap it takes, roughly. */
    long heapBytes() {
        long bytes = OBJECT_BYTES;
        for (RowLog log : logs) {
            bytes += OBJECT_BYTES + log.heapBytes();
        }
        return bytes;
    }

    long expiryMillis() {
        return expiryMillis;
    }

    void expiresAt(long millis) {
        expiryMillis = millis;
    }
}
