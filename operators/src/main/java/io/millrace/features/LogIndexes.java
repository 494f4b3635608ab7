package io.millrace.features;

/**
 * What is known of a log beside its rows, so that a window need not visit them. It is made of the
 * rows, and can be made of them again at any time.
 */
final class LogIndexes {
    /** What an index takes apart from what grows with the rows. */
    private static final int OBJECT_BYTES = 100;

    private final RowLog log;
    private final Selection[] selections;
    private final RunningTotals[] totals;
    private final RangeExtremes[] extremes;
    private final ValueCounts[] counts;

    LogIndexes(IndexPlan plan, RowLog log) {
        this.log = log;
        this.selections = new Selection[plan.selections().size()];
        for (int i = 0; i < selections.length; i++) {
            selections[i] = new Selection(plan.selections().get(i), log);
        }
        this.totals = new RunningTotals[plan.totals().size()];
        for (int i = 0; i < totals.length; i++) {
            var total = plan.totals().get(i);
            totals[i] = new RunningTotals(total, log, selections[total.selection()]);
        }
        this.extremes = new RangeExtremes[plan.extremes().size()];
        for (int i = 0; i < extremes.length; i++) {
            var extreme = plan.extremes().get(i);
            extremes[i] = new RangeExtremes(extreme, log, selections[extreme.selection()]);
        }
        this.counts = new ValueCounts[plan.counts().size()];
        for (int i = 0; i < counts.length; i++) {
            var count = plan.counts().get(i);
            counts[i] = new ValueCounts(count, log, selections[count.selection()]);
        }
    }

    /** Notes that a row was put in between others. */
    void inserted(int row) {
        for (Selection selection : selections) {
            selection.inserted(row);
        }
        for (RunningTotals total : totals) {
            total.inserted(row);
        }
        for (RangeExtremes extreme : extremes) {
            extreme.inserted(row);
        }
        for (ValueCounts count : counts) {
            count.inserted(row);
        }
    }

    /** How much of the heap they take, roughly. */
    long heapBytes() {
        long bytes = 0;
        for (Selection selection : selections) {
            bytes += OBJECT_BYTES + selection.heapBytes();
        }
        for (RunningTotals total : totals) {
            bytes += OBJECT_BYTES + total.heapBytes();
        }
        for (RangeExtremes extreme : extremes) {
            bytes += OBJECT_BYTES + extreme.heapBytes();
        }
        for (ValueCounts count : counts) {
            bytes += OBJECT_BYTES + count.heapBytes();
        }
        return bytes;
    }

    RowLog log() {
        return log;
    }

    Selection selection(int index) {
        var selection = selections[index];
        selection.catchUp();
        return selection;
    }

    RunningTotals totals(int index) {
        var total = totals[index];
        total.catchUp();
        return total;
    }

    RangeExtremes extremes(int index) {
        var extreme = extremes[index];
        extreme.catchUp();
        return extreme;
    }

    ValueCounts counts(int index) {
        return counts[index];
    }
}
