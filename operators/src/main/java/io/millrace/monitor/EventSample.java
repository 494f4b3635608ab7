package io.millrace.monitor;

import io.millrace.record.Score;
import java.util.Arrays;
import java.util.List;

/**
 * The ids of a few of some events: at most {@value #MOST}, those whose hashes are the smallest. So
 * each event is as likely as any other to be among them, and they are the same in whatever order
 * events come and however they are split.
 *
 * <p>The hash is that of an event's time and score, and ids only tell apart those that agree in
 * both: a row costs two numbers that are at hand, and its id is not looked at.
 */
final class EventSample {
    static final int MOST = 5;

    private final long[] hashes = new long[MOST];
    private final String[] ids = new String[MOST];
    private int size;

    /** No larger hash is let in. */
    private long largest = Long.MAX_VALUE;

    void add(Score score) {
        long hash = hash(score.eventTimeMillis(), score.value());
        if (hash <= largest) {
            add(hash, score.eventId());
        }
    }

    /** Adds what is of another sample. */
    void add(long hash, String id) {
        int at = size;
        while (at > 0 && compare(hash, id, at - 1) < 0) {
            at--;
        }
        boolean isThere = at > 0 && compare(hash, id, at - 1) == 0;
        if (at == MOST || isThere) {
            return;
        }
        int moved = Math.min(size, MOST - 1) - at;
        System.arraycopy(hashes, at, hashes, at + 1, moved);
        System.arraycopy(ids, at, ids, at + 1, moved);
        hashes[at] = hash;
        ids[at] = id;
        size = at + moved + 1;
        if (size == MOST) {
            largest = hashes[MOST - 1];
        }
    }

    private int compare(long hash, String id, int other) {
        int byHash = Long.compare(hash, hashes[other]);
        return byHash == 0 ? id.compareTo(ids[other]) : byHash;
    }

    /** The finalizer of MurmurHash3, of both. */
    private static long hash(long eventTimeMillis, double score) {
        long mixed = eventTimeMillis * 0x9E3779B97F4A7C15L ^ Double.doubleToRawLongBits(score);
        mixed = (mixed ^ (mixed >>> 33)) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ (mixed >>> 33);
    }

    /** The hashes, ascending. */
    long[] hashes() {
        return Arrays.copyOf(hashes, size);
    }

    /** The id of each hash. */
    String[] ids() {
        return Arrays.copyOf(ids, size);
    }

    List<String> asList() {
        return List.of(ids());
    }
}
