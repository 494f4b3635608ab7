package io.millrace.inference;

import io.millrace.record.FeatureVector;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows whose model is being loaded, rows behind them of the same entities, and the watermarks that
 * must not overtake them; in the order of their arrival.
 *
 * <p>Invariants: the first is a row, and no watermark follows another one.
 */
final class WaitingRows {
    /** They are on the heap, and a barrier waits for them. */
    static final int MOST = 4_096;

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();

    /** Whose rows wait. */
    private final Set<String> entities = new HashSet<>();

    private int rows;

    /** A row, or a watermark where there is none. */
    private record Entry(@Nullable FeatureVector row, long watermarkMillis) {}

    /** Takes what needs to wait no longer. */
    interface Taker {

        /** Takes a row, unless it must still wait. */
        boolean takes(FeatureVector row) throws Exception;

        /** No row waits that came before a watermark. */
        void passes(long watermarkMillis) throws Exception;
    }

    boolean isEmpty() {
        return rows == 0;
    }

    /** Whether there is no room for another row. */
    boolean isFull() {
        return rows >= MOST;
    }

    int rows() {
        return rows;
    }

    /** Whether a row of an entity waits, which its next one must not overtake. */
    boolean has(String entity) {
        return rows > 0 && entities.contains(entity);
    }

    void add(FeatureVector row) {
        entries.add(new Entry(row, 0));
        rows++;
        if (!row.entity().isEmpty()) {
            entities.add(row.entity());
        }
    }

    /** A watermark comes, and rows wait. */
    void add(long watermarkMillis) {
        if (entries.getLast().row == null) {
            entries.removeLast();
        }
        entries.add(new Entry(null, watermarkMillis));
    }

    /** Offers everything to somebody, in order; an entity's rows up to the first that must wait. */
    void offer(Taker taker) throws Exception {
        entities.clear();
        rows = 0;
        for (int left = entries.size(); left > 0; left--) {
            Entry next = entries.remove();
            FeatureVector row = next.row;
            if (row != null) {
                if (has(row.entity()) || !taker.takes(row)) {
                    add(row);
                }
            } else if (rows == 0) {
                taker.passes(next.watermarkMillis);
            } else {
                add(next.watermarkMillis);
            }
        }
    }
}
