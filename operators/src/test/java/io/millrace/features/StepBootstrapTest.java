package io.millrace.features;

import static io.millrace.features.FeatureRows.event;
import static io.millrace.features.FeatureRows.label;
import static io.millrace.features.FeatureRows.window;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Event;
import io.millrace.record.FeatureVector;
import io.millrace.spec.FeaturesSpec.Aggregate;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.state.api.output.operators.KeyedStateBootstrapOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A step goes on from a state that a bootstrap made. */
// The harness may be interrupted while it closes, and javac warns of that at each use.
@SuppressWarnings("try")
class StepBootstrapTest {
    private static final int STEP = 0;
    private static final long UNTIL_MILLIS = 200;

    /** So that the event which asks is not the newest row itself. */
    private static final long DELAY_MILLIS = 40;

    @TempDir private java.nio.file.Path folder;

    private final FeatureConfig config =
            FeatureRows.config(
                    Order.EVENT_TIME,
                    Duration.ZERO,
                    of(From.EVENTS, Aggregate.FIRST),
                    of(From.EVENTS, Aggregate.LAST),
                    of(From.EVENTS, Aggregate.SUM),
                    of(From.LABELS, Aggregate.LAST),
                    of(From.LABELS, Aggregate.COUNT));

    /** Rows of one instant, of several partitions. */
    private final List<Event> history =
            List.of(
                    event(0, 7, 100, 1, 7, "1.00"),
                    event(1, 3, 100, 1, 7, "2.00"),
                    event(1, 4, 100, 1, 7, "3.00"),
                    event(2, 1, 100, 1, 7, "4.00"),
                    event(0, 8, 150, 1, 7, "5.00"),
                    event(1, 5, 150, 1, 7, "6.00"),
                    label(1, 120, 1, 7, true, 70L),
                    label(2, 120, 1, 7, false, 70L),
                    label(3, 120, 1, 7, true, 71L),
                    label(4, 120, 1, 7, false, 72L),
                    event(2, 2, 150, 1, 7, "7.00"));

    @ParameterizedTest
    @ValueSource(strings = {"hashmap", "rocksdb"})
    void rowsOfOneInstantAreLearntInTheOrderOfTheSourceHoweverTheyCome(String backend)
            throws Exception {
        List<String> live;
        try (var harness = StepHarness.of(config, STEP, backend)) {
            harness.open();
            for (Event row : history) {
                harness.processElement(partial(row), row.eventTimeMillis());
            }
            harness.processWatermark(UNTIL_MILLIS);
            harness.getOutput().clear();
            live = asked(harness);
        }
        assertThat(live).containsExactly("[1.0, 7.0, 28.0, 0.0, 3.0]");
        var random = new Random(5);
        for (int i = 0; i < 10; i++) {
            var shuffled = new ArrayList<>(history);
            Collections.shuffle(shuffled, random);
            try (var harness = StepHarness.of(config, STEP, backend)) {
                harness.initializeState(bootstrapped(shuffled, backend));
                harness.open();
                assertThat(asked(harness)).isEqualTo(live);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private OperatorSubtaskState bootstrapped(List<Event> rows, String backend) throws Exception {
        var plan = FeaturePlan.of(config);
        var step = plan.steps().get(STEP);
        var function =
                new StepBootstrapFunction(
                        step,
                        plan.lateness(),
                        new WaitingRows(
                                PartialLayout.of(config),
                                new Expressions(plan, config.eventColumns()),
                                step.slots()),
                        new Answered(UNTIL_MILLIS, UNTIL_MILLIS),
                        true,
                        true);
        TypeInformation<?> key = Types.LONG;
        try (var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KeyedStateBootstrapOperator<>(1, 1, new Path(folder.toUri()), function),
                        new EntitySelector(step),
                        (TypeInformation<Object>) key,
                        StepHarness.MAX_PARALLELISM,
                        1,
                        0)) {
            harness.setStateBackend(StepHarness.backend(backend));
            harness.open();
            for (Event row : rows) {
                harness.processElement(partial(row), row.eventTimeMillis());
            }
            return harness.snapshot(1, 1);
        }
    }

    /** What the windows say of one more event. */
    private List<String> asked(
            KeyedOneInputStreamOperatorTestHarness<Object, Partial, FeatureVector> harness)
            throws Exception {
        Event event = event(0, 9, UNTIL_MILLIS + 1, 1, 7, "8.00");
        harness.processElement(partial(event), event.eventTimeMillis());
        harness.processWatermark(event.eventTimeMillis());
        return harness.extractOutputValues().stream()
                .map(vector -> Arrays.toString(vector.values()))
                .toList();
    }

    private Partial partial(Event row) {
        if (row.origin().topic().equals("labels")) {
            return Partial.label(row);
        }
        double[] values = new double[config.vector().size()];
        Arrays.fill(values, Double.NaN);
        return Partial.event(row, values);
    }

    private static WindowSpec of(From from, Aggregate aggregate) {
        return window("customer", from, aggregate, 1_000, DELAY_MILLIS, Double.NaN);
    }
}
