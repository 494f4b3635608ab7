package io.millrace.features;

import org.jspecify.annotations.Nullable;

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
    private final DistinctValues[] distinct;
    private final @Nullable Corrections corrections;

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
            counts[i] = new ValueCounts(count, log, selections[count.followed().selection()]);
        }
        this.distinct = new DistinctValues[plan.distinct().size()];
        for (int i = 0; i < distinct.length; i++) {
            var values = plan.distinct().get(i);
            distinct[i] =
                    new DistinctValues(values, log, selections[values.followed().selection()]);
        }
        this.corrections = plan.labelled() == Selection.NONE ? null : new Corrections(plan, log);
    }

    /** Notes that a row was put in between others. */
    void inserted(int row) {
        changed(row);
        for (ValueCounts count : counts) {
            count.inserted(row);
        }
        for (DistinctValues values : distinct) {
            values.inserted(row);
        }
        if (corrections != null) {
            corrections.inserted(row);
        }
    }

    /** Notes that a row is about to be taken out. */
    void removing(int row) {
        changed(row);
        for (ValueCounts count : counts) {
            count.removing(row);
        }
        for (DistinctValues values : distinct) {
            values.removing(row);
        }
    }

    private void changed(int row) {
        for (Selection selection : selections) {
            selection.changed(row);
        }
        for (RunningTotals total : totals) {
            total.changed(row);
        }
        for (RangeExtremes extreme : extremes) {
            extreme.changed(row);
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
        for (DistinctValues values : distinct) {
            bytes += OBJECT_BYTES + values.heapBytes();
        }
        return corrections == null ? bytes : bytes + OBJECT_BYTES + corrections.heapBytes();
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

    DistinctValues distinct(int index) {
        return distinct[index];
    }

    /** Which rows correct others; null where none can. */
    @Nullable Corrections corrections() {
        if (corrections != null) {
            corrections.catchUp();
        }
        return corrections;
    }
}
