package io.millrace.features;

import java.util.ArrayList;
import java.util.List;

/**
 * Which labels of a log correct others: of the labels of one event, each takes the place of those
 * before it, from its own time on.
 *
 * <p>Most events have one label. So that there is no correction among the labels of a window is
 * known from a few bits per row; a window that may hold a superseded label is answered from {@link
 * KnownLabels}.
 */
final class Corrections {
    /** The event of a label that does not say which; it corrects none. */
    static final long UNKNOWN = 0;

    private final IndexPlan plan;
    private final RowLog log;
    private final EventMarks marks;

    /** What was known at the right edges of windows: one for each delay, since each moves apart. */
    private final List<KnownLabels> views = new ArrayList<>(0);

    /** The rows before this one are marked. */
    private int covered;

    private long newestSupersededMillis = Long.MIN_VALUE;

    Corrections(IndexPlan plan, RowLog log) {
        this.plan = plan;
        this.log = log;
        this.marks = new EventMarks(log.capacity());
        this.covered = log.first();
    }

    /** How much of the heap they take, roughly. */
    long heapBytes() {
        long bytes = marks.heapBytes();
        for (KnownLabels view : views) {
            bytes += view.heapBytes();
        }
        return bytes;
    }

    void catchUp() {
        for (; covered < log.end(); covered++) {
            mark(covered);
        }
        if (!views.isEmpty() && (log.size() == 0 || !concern(log.timeMillis(log.first()) - 1))) {
            views.clear();
        }
    }

    /** Notes that a row was put in, and all from there on have moved up. */
    void inserted(int row) {
        if (row < covered) {
            covered++;
            mark(row);
        }
        for (KnownLabels view : views) {
            view.inserted(row);
        }
    }

    /** Whether a label after the given time may be superseded. */
    boolean concern(long leftMillis) {
        return newestSupersededMillis > leftMillis;
    }

    /**
     * The labels of a window, of each event the newest that is not after the right edge.
     *
     * @param delayMillis how far the right edge lies before the event
     * @param timeMillis the event's time
     */
    Stretch stretch(long delayMillis, long leftMillis, long timeMillis) {
        int to = log.after(EventTime.before(timeMillis, delayMillis));
        var known = view(delayMillis, to).at(to);
        var rows = known.log();
        return new Stretch(known, rows.after(leftMillis), rows.end(), Selection.NONE, timeMillis);
    }

    /** The labels as windows of one delay know them, not further than before a row. */
    private KnownLabels view(long delayMillis, int to) {
        for (int i = 0; i < views.size(); i++) {
            if (views.get(i).delayMillis() == delayMillis) {
                if (!views.get(i).canReach(to)) {
                    views.set(i, new KnownLabels(delayMillis, plan, log));
                }
                return views.get(i);
            }
        }
        views.add(new KnownLabels(delayMillis, plan, log));
        return views.get(views.size() - 1);
    }

    private void mark(int row) {
        long event = log.value(row, plan.labelled());
        if (event != UNKNOWN && marks.add(event)) {
            newestSupersededMillis = Math.max(newestSupersededMillis, supersededMillis(event));
        }
    }

    /** The time of an event's second newest label. */
    private long supersededMillis(long event) {
        boolean isNewest = true;
        for (int row = log.end() - 1; row >= log.first(); row--) {
            if (log.value(row, plan.labelled()) == event) {
                if (!isNewest) {
                    return log.timeMillis(row);
                }
                isNewest = false;
            }
        }
        return Long.MIN_VALUE;
    }
}
