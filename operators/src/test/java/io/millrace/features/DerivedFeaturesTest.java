package io.millrace.features;

import static io.millrace.features.FeatureRows.average;
import static io.millrace.features.FeatureRows.count;
import static io.millrace.features.FeatureRows.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.DeadLetter;
import io.millrace.record.Event;
import io.millrace.record.FeatureVector;
import io.millrace.spec.FeaturesSpec.Current;
import io.millrace.spec.FeaturesSpec.ExpressionSpec;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

// The harness may be interrupted while it closes, and javac warns of that at each use.
@SuppressWarnings("try")
class DerivedFeaturesTest {
    private static final WindowSpec COUNT =
            named("COUNT", count("customer", From.EVENTS, 10), true);
    private static final WindowSpec RISK =
            named("RISK", average("customer", From.LABELS, 10, Double.NaN), false);

    @Test
    void anExpressionSeesTheEventAndTheFeaturesBeforeIt() throws Exception {
        var config =
                config(
                        COUNT,
                        derived("PER_EVENT", "amount / COUNT", "COUNT"),
                        derived("IS_SMALL", "PER_EVENT < 5.0", "PER_EVENT"));
        try (var harness = StepHarness.of(config, 0, "hashmap")) {
            harness.open();
            feed(harness, event(0, 100, 1, 7, "10.00"), 3);
            feed(harness, event(1, 101, 1, 7, "8.00"), 3);
            assertThat(harness.extractOutputValues())
                    .extracting(FeatureVector::values)
                    .containsExactly(new double[] {10, 0}, new double[] {4, 1});
        }
    }

    @Test
    void whatIsComputedFromAMissingFeatureIsMissing() throws Exception {
        var config =
                config(
                        RISK,
                        derived("TWICE", "RISK * 2.0", "RISK"),
                        derived("IS_RISKY", "RISK > 0.5", "RISK"),
                        derived("KNOWN", "RISK != null", "RISK"),
                        derived("EITHER", "RISK > 0.5 || amount > 3.0", "RISK"));
        try (var harness = StepHarness.of(config, 0, "hashmap")) {
            harness.open();
            feed(harness, event(0, 100, 1, 7, "10.00"), 5);
            assertThat(harness.extractOutputValues().get(0).values())
                    .containsExactly(Double.NaN, Double.NaN, Double.NaN, 0, 1);
        }
    }

    @Test
    void anExpressionWithoutAValueIsRefused() throws Exception {
        var config = config(RISK, COUNT, derived("SHARE", "1.0 / (COUNT - 1.0)", "COUNT"));
        try (var harness = StepHarness.of(config, 0, "hashmap")) {
            harness.open();
            feed(harness, event(0, 100, 1, 7, "10.00"), 3);
            feed(harness, event(1, 101, 1, 7, "10.00"), 3);
            assertThat(harness.getSideOutput(DeadLetter.TAG))
                    .extracting(record -> record.getValue().detail())
                    .containsExactly("`1.0 / (COUNT - 1.0)` is Infinity; it must be finite");
            assertThat(harness.extractOutputValues())
                    .extracting(FeatureVector::values)
                    .containsExactly(new double[] {Double.NaN, 1});
        }
    }

    @Test
    void whatIsComputedFromAWarmingFeatureIsWarming() {
        List<FeatureSpec> vector =
                List.of(
                        COUNT,
                        RISK,
                        derived("PER_EVENT", "amount / COUNT", "COUNT"),
                        derived("TWICE", "PER_EVENT * 2.0", "PER_EVENT"),
                        derived("OTHER", "RISK * 2.0", "RISK"));
        var plan = FeaturePlan.of(config(vector.toArray(FeatureSpec[]::new)));
        var derived = new DerivedFeatures(plan.derived(), vector, FeatureRows.EVENT_COLUMNS);
        assertThat(derived.warming(new int[] {0})).containsExactly(0, 2, 3);
        assertThat(derived.warming(new int[] {0, 4})).containsExactly(0, 2, 3);
        assertThat(derived.warming(new int[] {1})).containsExactly(1, 4);
        assertThat(derived.warming(Slots.NONE)).isEmpty();
        // The model does not get COUNT, so that each of its places is one lower.
        assertThat(ModelSlots.of(vector).places(new int[] {0, 2, 3})).containsExactly(1, 2);
    }

    private static FeatureConfig config(FeatureSpec... vector) {
        return FeatureRows.config(Order.ARRIVAL, Duration.ZERO, vector);
    }

    private static ExpressionSpec derived(String name, String expression, String feature) {
        return new ExpressionSpec(name, expression, List.of(feature), false);
    }

    private static WindowSpec named(String name, WindowSpec window, boolean internal) {
        return new WindowSpec(
                name,
                window.entity(),
                window.from(),
                window.aggregate(),
                window.of(),
                null,
                window.window(),
                window.delay(),
                Current.INCLUDE,
                1,
                WindowSpec.EXACT_TO,
                window.missing(),
                internal);
    }

    private static void feed(
            KeyedOneInputStreamOperatorTestHarness<Object, Partial, FeatureVector> harness,
            Event event,
            int width)
            throws Exception {
        double[] values = new double[width];
        Arrays.fill(values, Double.NaN);
        harness.processElement(Partial.event(event, values), event.eventTimeMillis());
    }
}
