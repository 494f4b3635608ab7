package io.millrace.features;

import io.millrace.spec.ExpressionException;
import java.io.Serializable;

/**
 * Makes rows that waited in a savepoint of other features fit the present ones, before a step
 * answers them.
 */
final class WaitingRows implements Serializable {
    private static final long serialVersionUID = 1L;

    private final PartialLayout layout;
    private final Expressions expressions;

    /** What is known of a row once the step has answered it, whatever came before. */
    private final int[] known;

    /**
     * @param slots those that the step fills
     */
    WaitingRows(PartialLayout layout, Expressions expressions, int[] slots) {
        this.layout = layout;
        this.expressions = expressions;
        this.known = Slots.union(expressions.slots(), slots);
    }

    PartialSerializer serializer() {
        return new PartialSerializer(layout);
    }

    Partial adopt(Partial row) {
        return layout.adopt(row);
    }

    /**
     * Computes the expressions that a row lacks.
     *
     * @return the marked slots that the step does not fill
     * @throws ExpressionException where an expression has no value
     */
    int[] complete(Partial row) {
        int[] warming = row.warming();
        if (warming.length == 0) {
            return warming;
        }
        expressions.answer(row.event(), row.values(), warming);
        return Slots.without(warming, known);
    }
}
