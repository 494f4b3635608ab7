package io.millrace.features;

import io.millrace.record.Event;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.FeaturesSpec.ExpressionSpec;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.RowExpression;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.utils.JoinedRowData;

/** The features that are computed from other features, once all of these are known. */
final class DerivedFeatures implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Derived[] derived;

    /**
     * One feature.
     *
     * @param of the slots of the features that it names, in the order of its columns
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Derived(int slot, int[] of, RowExpression expression) implements Serializable {

        private double number(Event event, double[] vector) {
            var named = new GenericRowData(of.length);
            for (int i = 0; i < of.length; i++) {
                double value = vector[of[i]];
                // Missing is null: what is computed from it is unknown.
                named.setField(i, Double.isNaN(value) ? null : value);
            }
            return expression.number(
                    new JoinedRowData(event.row(), named), event.eventTimeMillis());
        }
    }

    /**
     * @param features in the order of their slots, so that each comes after those that it names
     * @param vector all features
     * @param declared the columns of events
     */
    DerivedFeatures(
            List<Slotted<ExpressionSpec>> features,
            List<FeatureSpec> vector,
            List<ColumnSpec> declared) {
        var names = vector.stream().map(FeatureSpec::name).toList();
        this.derived =
                features.stream()
                        .map(
                                slotted -> {
                                    var named = slotted.feature().features();
                                    var columns = RowExpression.columnsAnd(named, declared);
                                    return new Derived(
                                            slotted.slot(),
                                            named.stream().mapToInt(names::indexOf).toArray(),
                                            RowExpression.compile(
                                                    slotted.feature().expression(), columns));
                                })
                        .toArray(Derived[]::new);
    }

    /**
     * Writes each number into its slot of the vector.
     *
     * @throws io.millrace.spec.ExpressionException where one has no value
     */
    void answer(Event event, double[] vector) {
        for (Derived feature : derived) {
            vector[feature.slot] = feature.number(event, vector);
        }
    }

    /** The warming slots, where one that is derived is warming if one that it names is. */
    int[] warming(int[] known) {
        int[] warming = known;
        for (Derived feature : derived) {
            int[] own = {feature.slot};
            int[] others = Slots.without(warming, own);
            boolean isWarming =
                    Arrays.stream(feature.of)
                            .anyMatch(slot -> Arrays.binarySearch(others, slot) >= 0);
            warming = isWarming ? Slots.union(others, own) : others;
        }
        return warming;
    }
}
