package io.millrace.features;

import io.millrace.record.Event;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.ExpressionException;
import io.millrace.spec.FeaturesSpec.ExpressionSpec;
import io.millrace.spec.RowExpression;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/** The features that are computed from the event alone. */
final class Expressions implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int[] slots;
    private final RowExpression[] expressions;

    /**
     * @param features in the order of their slots
     * @param declared the columns of events
     */
    Expressions(List<Slotted<ExpressionSpec>> features, List<ColumnSpec> declared) {
        this.slots = features.stream().mapToInt(Slotted::slot).toArray();
        this.expressions =
                features.stream()
                        .map(slotted -> slotted.feature().expression())
                        .map(expression -> RowExpression.compile(expression, declared))
                        .toArray(RowExpression[]::new);
    }

    int[] slots() {
        return slots;
    }

    /**
     * Writes each number into its slot of the vector.
     *
     * @throws ExpressionException where one has no value
     */
    void answer(Event event, double[] vector) {
        for (int i = 0; i < slots.length; i++) {
            vector[slots[i]] = expressions[i].number(event.row(), event.eventTimeMillis());
        }
    }

    /**
     * Writes those numbers alone that the vector lacks.
     *
     * @param unknown the slots that it lacks
     * @throws ExpressionException where one has no value
     */
    void answer(Event event, double[] vector, int[] unknown) {
        for (int i = 0; i < slots.length; i++) {
            if (Arrays.binarySearch(unknown, slots[i]) >= 0) {
                vector[slots[i]] = expressions[i].number(event.row(), event.eventTimeMillis());
            }
        }
    }
}
