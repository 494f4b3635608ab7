package io.millrace.ingest;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two rows with one id are one event when their event times lie at most the horizon apart and one
 * of them has been accepted; the first to be processed is.
 *
 * <p>Invariant: the accepted copies of one id lie further apart than the horizon. There is one of
 * them unless an id is used again.
 *
 * <p>A copy is forgotten once every row within its horizon would be refused as too late.
 */
final class Deduplication implements Serializable {
    private static final long serialVersionUID = 1L;

    // Timers are rounded up to a sixteenth of the horizon, so that a key has a few, not one per id.
    private static final int TIMERS_PER_HORIZON = 16;

    private final long withinMillis;
    private final long latenessMillis;
    private final long timerMillis;

    /**
     * @param withinMillis the horizon
     * @param latenessMillis how far behind the watermark a row is still accepted
     */
    Deduplication(long withinMillis, long latenessMillis) {
        this.withinMillis = withinMillis;
        this.latenessMillis = latenessMillis;
        this.timerMillis = Math.max(1, withinMillis / TIMERS_PER_HORIZON);
    }

    /** The accepted copy that makes a row at this event time a duplicate, or null. */
    @Nullable Seen firstCopy(@Nullable List<Seen> accepted, long eventTimeMillis) {
        if (accepted == null) {
            return null;
        }
        for (int i = 0; i < accepted.size(); i++) {
            Seen seen = accepted.get(i);
            if (Math.abs(eventTimeMillis - seen.eventTimeMillis()) <= withinMillis) {
                return seen;
            }
        }
        return null;
    }

    /** The accepted copies with one more. */
    static List<Seen> accept(@Nullable List<Seen> accepted, Seen seen) {
        if (accepted == null) {
            return List.of(seen);
        }
        var more = new ArrayList<Seen>(accepted);
        more.add(seen);
        return more;
    }

    /** The copies that a row can still be a duplicate of. */
    List<Seen> remembered(List<Seen> accepted, long watermarkMillis) {
        return accepted.stream().filter(seen -> !isForgotten(seen, watermarkMillis)).toList();
    }

    /** Whether no row can be a duplicate of a copy any more. */
    boolean isForgotten(Seen seen, long watermarkMillis) {
        return expiresAt(seen) <= watermarkMillis;
    }

    /** When to look for copies to forget, in event time: not before this one has expired. */
    long lookAt(Seen seen) {
        long expiresAt = expiresAt(seen);
        long behind = expiresAt % timerMillis;
        return behind == 0 ? expiresAt : saturated(expiresAt, timerMillis - behind);
    }

    /** The watermark at which a row within the horizon of this copy can no longer be accepted. */
    private long expiresAt(Seen seen) {
        return saturated(saturated(seen.eventTimeMillis(), withinMillis), latenessMillis);
    }

    private static long saturated(long positive, long more) {
        return positive > Long.MAX_VALUE - more ? Long.MAX_VALUE : positive + more;
    }
}
