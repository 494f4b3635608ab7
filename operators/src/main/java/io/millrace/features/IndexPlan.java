package io.millrace.features;

import java.io.Serializable;
import java.util.List;

/**
 * Which indexes the windows over a log need. Each is known by its place in its list.
 *
 * @param selections which rows count
 * @param totals sums
 * @param extremes smallest and largest values
 * @param counts how often values are there
 * @param distinct how many different values there are
 * @param labelled the column that says which event a row is about, where a later row about an event
 *     takes the place of an earlier one; {@link Selection#NONE} where every row counts
 */
record IndexPlan(
        List<Selection.Plan> selections,
        List<RunningTotals.Plan> totals,
        List<RangeExtremes.Plan> extremes,
        List<ValueCounts.Plan> counts,
        List<DistinctValues.Plan> distinct,
        int labelled)
        implements Serializable {

    IndexPlan {
        selections = List.copyOf(selections);
        totals = List.copyOf(totals);
        extremes = List.copyOf(extremes);
        counts = List.copyOf(counts);
        distinct = List.copyOf(distinct);
    }

    /** The same over a log that has at most one row about each event. */
    IndexPlan withoutCorrections() {
        return new IndexPlan(selections, totals, extremes, counts, distinct, Selection.NONE);
    }
}
