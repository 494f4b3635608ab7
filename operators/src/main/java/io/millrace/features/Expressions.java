package io.millrace.features;

import io.millrace.record.Event;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.ExpressionException;
import io.millrace.spec.FeaturesSpec.ElementSpec;
import io.millrace.spec.FeaturesSpec.ExpressionSpec;
import io.millrace.spec.RowExpression;
import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/** The features that are computed from the event alone. */
final class Expressions implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int[] slots;
    private final int[] expressionSlots;
    private final RowExpression[] expressions;
    private final Elements[] elements;

    /**
     * @param declared the columns of events
     */
    Expressions(FeaturePlan plan, List<ColumnSpec> declared) {
        List<Slotted<ExpressionSpec>> features = plan.expressions();
        this.expressionSlots = features.stream().mapToInt(Slotted::slot).toArray();
        this.expressions =
                features.stream()
                        .map(slotted -> slotted.feature().expression())
                        .map(expression -> RowExpression.compile(expression, declared))
                        .toArray(RowExpression[]::new);
        this.elements =
                plan.elements().stream()
                        .collect(
                                Collectors.groupingBy(
                                        slotted -> asDeclared(slotted.feature()),
                                        LinkedHashMap::new,
                                        Collectors.toList()))
                        .values()
                        .stream()
                        .map(ofOneColumn -> new Elements(ofOneColumn, declared))
                        .toArray(Elements[]::new);
        this.slots =
                Slots.union(
                        expressionSlots,
                        plan.elements().stream().mapToInt(Slotted::slot).toArray());
    }

    /** What elements of one column that are read together share. */
    private static List<Object> asDeclared(ElementSpec element) {
        return List.of(element.column(), element.size());
    }

    /** Ascending. */
    int[] slots() {
        return slots;
    }

    /**
     * Writes each number into its slot of the vector.
     *
     * @throws ExpressionException where one has no value
     */
    void answer(Event event, double[] vector) {
        for (int i = 0; i < expressions.length; i++) {
            vector[expressionSlots[i]] =
                    expressions[i].number(event.row(), event.eventTimeMillis());
        }
        for (Elements ofOneColumn : elements) {
            ofOneColumn.answer(event.row(), vector, null);
        }
    }

    /**
     * Writes those numbers alone that the vector lacks.
     *
     * @param unknown the slots that it lacks
     * @throws ExpressionException where one has no value
     */
    void answer(Event event, double[] vector, int[] unknown) {
        for (int i = 0; i < expressions.length; i++) {
            if (Arrays.binarySearch(unknown, expressionSlots[i]) >= 0) {
                vector[expressionSlots[i]] =
                        expressions[i].number(event.row(), event.eventTimeMillis());
            }
        }
        for (Elements ofOneColumn : elements) {
            ofOneColumn.answer(event.row(), vector, unknown);
        }
    }
}
