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
 */
record IndexPlan(
        List<Selection.Plan> selections,
        List<RunningTotals.Plan> totals,
        List<RangeExtremes.Plan> extremes,
        List<ValueCounts.Plan> counts)
        implements Serializable {

    IndexPlan {
        selections = List.copyOf(selections);
        totals = List.copyOf(totals);
        extremes = List.copyOf(extremes);
        counts = List.copyOf(counts);
    }
}
