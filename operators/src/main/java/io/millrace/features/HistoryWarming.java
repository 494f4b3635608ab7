package io.millrace.features;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Which features warm in a history that has an end, as {@link Coverage} says it of a stream. It is
 * told of rows, and asked, in event-time order; steps that take one entity after the other could
 * not say it.
 */
public final class HistoryWarming implements Serializable {
    private static final long serialVersionUID = 1L;

    private final HistoryPlan history;
    private final Lateness lateness;
    private final DerivedFeatures derived;
    private final ModelSlots model;

    private transient @Nullable Coverage coverage;

    HistoryWarming(
            HistoryPlan history, Lateness lateness, DerivedFeatures derived, ModelSlots model) {
        this.history = history;
        this.lateness = lateness;
        this.derived = derived;
        this.model = model;
    }

    /** Notes a row of the history; of each stream the first is what counts. */
    public void learnt(boolean isLabel, long timeMillis) {
        coverage().learnt(isLabel, timeMillis);
    }

    /** The places in the vector of the features that warm at an event time, ascending. */
    public int[] at(long timeMillis) {
        return model.places(derived.warming(coverage().warmingAt(timeMillis)));
    }

    private Coverage coverage() {
        Coverage known = coverage;
        if (known == null) {
            known = new Coverage(history, lateness, null);
            coverage = known;
        }
        return known;
    }
}
