package io.millrace.inference;

import java.util.concurrent.TimeUnit;

/**
 * Spares a model that does not answer. After some batches in a row of which no row was answered in
 * time it lets one batch through in ten seconds, until one is answered.
 */
final class CircuitBreaker {
    /** Batches in a row without an answer. */
    static final int BATCHES_TO_OPEN = 3;

    static final long OPEN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private int unanswered;
    private long lastTryNanos;

    /** Whether a batch may be run now. */
    boolean lets(long nowNanos) {
        return unanswered < BATCHES_TO_OPEN || nowNanos - lastTryNanos >= OPEN_NANOS;
    }

    /** A batch was run. */
    void ran(boolean isAnswered, long nowNanos) {
        unanswered = isAnswered ? 0 : unanswered + 1;
        lastTryNanos = nowNanos;
    }

    boolean isOpen() {
        return unanswered >= BATCHES_TO_OPEN;
    }
}
