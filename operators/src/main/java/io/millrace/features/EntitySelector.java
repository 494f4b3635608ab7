package io.millrace.features;

import org.apache.flink.api.java.functions.KeySelector;

/** The entity that a step's row is about. */
final class EntitySelector implements KeySelector<Partial, Object> {
    private static final long serialVersionUID = 1L;

    private final EntityColumn ofEvents;
    private final EntityColumn ofLabels;

    EntitySelector(FeaturePlan.EntityStep step) {
        this.ofEvents = step.eventColumn();
        // A step that reads no labels is passed by none.
        this.ofLabels = step.labelColumn() == null ? step.eventColumn() : step.labelColumn();
    }

    @Override
    public Object getKey(Partial row) {
        return (row.isLabel() ? ofLabels : ofEvents).read(row.event().row());
    }
}
