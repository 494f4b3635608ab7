package io.millrace.features;

/**
 * The labels that were known at some row of a log: those before it, of each event the newest, and
 * all whose event is {@linkplain Corrections#UNKNOWN unknown}. A log of its own with indexes of its
 * own, which is made only where labels have been corrected.
 *
 * <p>It follows the right edge of windows: each label enters once, and takes out the one that it
 * corrects. A question about an earlier row begins anew.
 *
 * <p>Invariant: {@code events} holds the events of the known rows, each once.
 */
final class KnownLabels {
    private final long delayMillis;
    private final int labelled;
    private final IndexPlan plan;
    private final RowLog labels;
    private final RowLog known;
    private final LongCounts events = new LongCounts();
    private final long[] values;

    /** The labels before this row are known. */
    private int to;

    /**
     * @param delayMillis how far before an event the followed windows end
     * @param labels all labels
     */
    KnownLabels(long delayMillis, IndexPlan plan, RowLog labels) {
        this.delayMillis = delayMillis;
        this.labelled = plan.labelled();
        this.plan = plan.withoutCorrections();
        this.labels = labels;
        this.known = labels.withoutRows();
        this.values = new long[labels.columns()];
        this.to = labels.first();
    }

    long delayMillis() {
        return delayMillis;
    }

    /** Whether no label is known that is not before a row. */
    boolean canReach(int row) {
        return to <= row;
    }

    /** How much of the heap it takes, roughly. */
    long heapBytes() {
        return known.heapBytes() + events.heapBytes();
    }

    /** The labels that are known before a row, which must be {@linkplain #canReach in reach}. */
    LogIndexes at(int row) {
        forget();
        for (to = Math.max(to, labels.first()); to < row; to++) {
            learn(to);
        }
        return known.indexes(plan);
    }

    /** Notes that a label was put in, and all from there on have moved up. */
    void inserted(int row) {
        if (row < to) {
            to++;
            learn(row);
        }
    }

    private void learn(int row) {
        long timeMillis = labels.timeMillis(row);
        long event = labels.value(row, labelled);
        if (event != Corrections.UNKNOWN && events.add(event) > 1) {
            events.remove(event);
            int other = rowOf(event);
            if (known.timeMillis(other) > timeMillis) {
                return;
            }
            known.remove(other);
        }
        labels.copyValues(row, values);
        known.insert(timeMillis, values);
    }

    /** The row of an event that is known; most corrections are of recent labels. */
    private int rowOf(long event) {
        int row = known.end() - 1;
        while (known.value(row, labelled) != event) {
            row--;
        }
        return row;
    }

    /** Forgets what the log of all labels has forgotten. */
    private void forget() {
        long horizonMillis =
                labels.size() == 0 ? Long.MAX_VALUE : labels.timeMillis(labels.first()) - 1;
        for (int row = known.first();
                row < known.end() && known.timeMillis(row) <= horizonMillis;
                row++) {
            long event = known.value(row, labelled);
            if (event != Corrections.UNKNOWN) {
                events.remove(event);
            }
        }
        known.forgetUntil(horizonMillis);
    }
}
