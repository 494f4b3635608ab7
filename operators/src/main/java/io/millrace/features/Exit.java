package io.millrace.features;

import io.millrace.record.Event;
import io.millrace.record.FeatureVector;
import java.io.Serializable;
import org.apache.flink.util.Collector;

/**
 * Where a step's rows go: to the next entity's step, or out of the stage.
 *
 * @param <T> what flows there
 */
sealed interface Exit<T> extends Serializable {

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
     */
    record ToVector(EntityColumn.Text entity) implements Exit<FeatureVector> {

        @Override
        public void event(
                Event event, double[] values, int[] warming, Collector<FeatureVector> out) {
            out.collect(
                    new FeatureVector(
                            event.origin(),
                            event.id(),
                            event.eventTimeMillis(),
                            entity.read(event.row()),
                            values,
                            warming));
        }

        @Override
        public void label(Event label, Collector<FeatureVector> out) {
            // Learnt; nobody else asks.
        }
    }
}
