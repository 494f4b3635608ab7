package io.millrace.features;

import io.millrace.record.Event;
import io.millrace.record.FeatureVector;
import io.millrace.spec.ModelName;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.util.Collector;

/**
 * Where a step's rows go: to the next entity's step, or out of the stage.
 *
 * @param <T> what flows there
 */
sealed interface Exit<T> extends Serializable {

    /**
     * Computes what only the whole vector says, where nothing comes after.
     *
     * @throws io.millrace.spec.ExpressionException where a number has no value
     */
    void complete(Event event, double[] values);

    /**
     * An answered event.
     *
     * @param warming the slots whose windows reach back to before their history
     */
    void event(Event event, double[] values, int[] warming, Collector<T> out);

    void label(Event label, Collector<T> out);

    /**
     * To another step.
     *
     * @param labels whether the next step reads labels too
     */
    record ToStep(boolean labels) implements Exit<Partial> {

        @Override
        public void complete(Event event, double[] values) {
            // There is more to come.
        }

        @Override
        public void event(Event event, double[] values, int[] warming, Collector<Partial> out) {
            out.collect(Partial.event(event, values, warming));
        }

        @Override
        public void label(Event label, Collector<Partial> out) {
            if (labels) {
                out.collect(Partial.label(label));
            }
        }
    }

    /**
     * Out of the stage; a label ends here.
     *
     * @param entity reads the first entity's value
     * @param segment reads the value by which monitoring also splits
     * @param modelName reads the name of the model that is to score the row
     * @param derived what is computed from other features
     * @param model what the model gets
     */
    record ToVector(
            EntityColumn.Text entity,
            EntityColumn.Text segment,
            EntityColumn.Text modelName,
            DerivedFeatures derived,
            ModelSlots model)
            implements Exit<FeatureVector> {

        /** With the features of a plan, and what events are named and split by. */
        static ToVector of(
                FeaturePlan plan,
                FeatureConfig config,
                EntityColumn.Text entity,
                EntityColumn.Text segment) {
            return new ToVector(
                    entity,
                    segment,
                    modelName(config.model(), config),
                    new DerivedFeatures(plan.derived(), config.vector(), config.eventColumns()),
                    ModelSlots.of(config.vector()));
        }

        private static EntityColumn.Text modelName(ModelName name, FeatureConfig config) {
            if (name.isOne()) {
                return EntityColumn.Text.NONE;
            }
            List<EntityColumn.Text> columns =
                    name.columns().stream()
                            .map(column -> EntityColumn.of(column, config.eventColumns()).text())
                            .toList();
            return row -> name.with(columns.stream().map(column -> column.read(row)).toList());
        }

        @Override
        public void complete(Event event, double[] values) {
            derived.answer(event, values);
        }

        @Override
        public void event(
                Event event, double[] values, int[] warming, Collector<FeatureVector> out) {
            out.collect(
                    new FeatureVector(
                            event.origin(),
                            event.id(),
                            event.eventTimeMillis(),
                            entity.read(event.row()),
                            segment.read(event.row()),
                            modelName.read(event.row()),
                            model.of(values),
                            model.places(derived.warming(warming))));
        }

        @Override
        public void label(Event label, Collector<FeatureVector> out) {
            // Learnt; nobody else asks.
        }
    }
}
