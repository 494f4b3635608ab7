package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** When something must have come to its end, whatever it still waits for. */
final class Deadline {
    private final long atNanos;

    private Deadline(long atNanos) {
        this.atNanos = atNanos;
    }

    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /** The time that is left, at least a millisecond. */
    long leftMillis() {
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(atNanos - System.nanoTime()));
    }

    boolean isPast() {
        return System.nanoTime() - atNanos >= 0;
    }

    /** Waits that long, or until the deadline where that is sooner. */
    void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(Math.min(millis, leftMillis()));
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Keeps the thread interrupted: whoever did it wants all of its work to end. */
    static ModelRegistryException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ModelRegistryException(
                Reason.INTERRUPTED, "the call was interrupted; it must be made again", e);
    }
}
