package io.millrace.features;

import static io.millrace.features.FeatureRows.average;
import static io.millrace.features.FeatureRows.count;
import static io.millrace.features.FeatureRows.event;
import static io.millrace.features.FeatureRows.expression;
import static io.millrace.features.FeatureRows.label;
import static io.millrace.features.FeatureRows.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.record.Event;
import io.millrace.record.FeatureVector;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.FeaturesSpec.Aggregate;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A step goes on from a savepoint that was taken with other features. */
// The harness may be interrupted while it closes, and javac warns of that at each use.
@SuppressWarnings("try")
class FeatureUpgradeTest {
    private static final double NAN = Double.NaN;

    @ParameterizedTest
    @ValueSource(strings = {"hashmap", "rocksdb"})
    void featuresAreAddedRemovedRenamedAndTheirWindowsChanged(String backend) throws Exception {
        var before =
                config(
                        Order.ARRIVAL,
                        count("customer", From.EVENTS, 10),
                        average("customer", From.EVENTS, 10, NAN),
                        count("customer", From.LABELS, 30));
        var after =
                config(
                        Order.ARRIVAL,
                        average("customer", From.LABELS, 30, -1),
                        sum("customer", From.EVENTS, 20),
                        named("RENAMED", count("customer", From.EVENTS, 10)),
                        count("customer", From.LABELS, 20));
        OperatorSubtaskState savepoint;
        try (var harness = StepHarness.of(before, 0, backend)) {
            harness.open();
            feed(harness, 3, event(0, 100, 1, 7, "10.00"));
            feed(harness, 3, label(0, 101, 1, 7, true));
            feed(harness, 3, event(1, 104, 1, 7, "20.00"));
            feed(harness, 3, event(2, 104, 2, 7, "99.00"));
            savepoint = harness.snapshot(1, 1);
        }
        try (var harness = StepHarness.of(after, 0, backend)) {
            harness.initializeState(savepoint);
            harness.open();
            feed(harness, 4, event(3, 105, 1, 7, "40.00"));
            feed(harness, 4, label(1, 106, 1, 7, true));
            feed(harness, 4, event(4, 112, 1, 7, "1.00"));
            // The label's value before was not recorded; that there was one was.
            assertThat(answers(harness))
                    .containsExactly(
                            "3 [0.0, 70.0, 3.0, 1.0] [0, 1, 2, 3]",
                            "4 [0.5, 71.0, 3.0, 2.0] [0, 1, 3]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hashmap", "rocksdb"})
    void aStepThatHadEventsOnlyReadsLabels(String backend) throws Exception {
        var before = config(Order.ARRIVAL, count("customer", From.EVENTS, 10));
        var after =
                config(
                        Order.ARRIVAL,
                        count("customer", From.EVENTS, 10),
                        count("customer", From.LABELS, 10));
        OperatorSubtaskState savepoint;
        try (var harness = StepHarness.of(before, 0, backend)) {
            harness.open();
            feed(harness, 1, event(0, 100, 1, 7, "10.00"));
            savepoint = harness.snapshot(1, 1);
        }
        try (var harness = StepHarness.of(after, 0, backend)) {
            harness.initializeState(savepoint);
            harness.open();
            feed(harness, 2, label(0, 101, 1, 7, true));
            feed(harness, 2, event(1, 102, 1, 7, "40.00"));
            assertThat(answers(harness)).containsExactly("1 [2.0, 1.0] [0, 1]");
            harness.processWatermark(Long.MAX_VALUE);
            assertThat(StepHarness.stateEntries(harness)).isZero();
            assertThat(harness.numEventTimeTimers()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hashmap", "rocksdb"})
    void aWaitingRowIsAnsweredByTheFeaturesThatThereAreThen(String backend) throws Exception {
        var before =
                config(
                        Order.EVENT_TIME,
                        expression("AMOUNT", "amount"),
                        count("customer", From.EVENTS, 10));
        var after =
                config(
                        Order.EVENT_TIME,
                        sum("customer", From.EVENTS, 10),
                        expression("TWICE", "amount * 2"),
                        expression("PAID", "amount"));
        OperatorSubtaskState savepoint;
        try (var harness = StepHarness.of(before, 0, backend)) {
            harness.open();
            harness.processElement(
                    Partial.event(event(0, 100, 1, 7, "10.00"), new double[] {10, NAN}), 100);
            savepoint = harness.snapshot(1, 1);
        }
        // A row that nothing has touched since is written again first, with the new layout.
        try (var harness = StepHarness.of(after, 0, backend)) {
            harness.initializeState(savepoint);
            harness.open();
            savepoint = harness.snapshot(2, 2);
        }
        try (var harness = StepHarness.of(after, 0, backend)) {
            harness.initializeState(savepoint);
            harness.open();
            harness.processWatermark(100);
            // The window's column is new; the expressions are computed again.
            assertThat(answers(harness)).containsExactly("0 [10.0, 20.0, 10.0] [0]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hashmap", "rocksdb"})
    void whatAnEarlierStepCannotTellAWaitingRowAnyMoreIsMarked(String backend) throws Exception {
        var before =
                config(
                        Order.EVENT_TIME,
                        count("terminal", From.EVENTS, 10),
                        count("customer", From.EVENTS, 10));
        var after =
                config(
                        Order.EVENT_TIME,
                        sum("customer", From.EVENTS, 10),
                        count("terminal", From.EVENTS, 10),
                        named("RENAMED", count("customer", From.EVENTS, 10)));
        OperatorSubtaskState savepoint;
        try (var harness = StepHarness.of(before, 1, backend)) {
            harness.open();
            harness.processElement(
                    Partial.event(event(0, 100, 1, 7, "10.00"), new double[] {NAN, 5}), 100);
            savepoint = harness.snapshot(1, 1);
        }
        try (var harness = StepHarness.of(after, 1, backend)) {
            harness.initializeState(savepoint);
            harness.open();
            harness.processWatermark(100);
            assertThat(answers(harness)).containsExactly("0 [NaN, 1.0, 5.0] [0, 1]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hashmap", "rocksdb"})
    void aWaitingRowHasNoValueInAColumnThatIsNew(String backend) throws Exception {
        var before = config(Order.EVENT_TIME, count("customer", From.EVENTS, 10));
        var after =
                config(
                        Order.EVENT_TIME,
                        withColumn("fee", new IntType(true)),
                        count("customer", From.EVENTS, 10),
                        of("fee", sum("customer", From.EVENTS, 10)));
        OperatorSubtaskState savepoint;
        try (var harness = StepHarness.of(before, 0, backend)) {
            harness.open();
            feed(harness, 1, event(0, 100, 1, 7, "10.00"));
            savepoint = harness.snapshot(1, 1);
        }
        try (var harness = StepHarness.of(after, 0, backend)) {
            harness.initializeState(savepoint);
            harness.open();
            var paid = event(1, 101, 1, 7, "1.00");
            var row = paid.row();
            feed(
                    harness,
                    2,
                    new Event(
                            paid.origin(),
                            paid.id(),
                            101,
                            GenericRowData.of(1L, 7L, row.getDecimal(2, 10, 2), 3)));
            harness.processWatermark(101);
            assertThat(answers(harness))
                    .containsExactly("0 [1.0, 0.0] [0, 1]", "1 [2.0, 3.0] [0, 1]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hashmap", "rocksdb"})
    void aColumnThatWaitingRowsCannotHaveIsRefusedInOneSentence(String backend) throws Exception {
        var before = config(Order.EVENT_TIME, count("customer", From.EVENTS, 10));
        OperatorSubtaskState savepoint;
        try (var harness = StepHarness.of(before, 0, backend)) {
            harness.open();
            feed(harness, 1, event(0, 100, 1, 7, "10.00"));
            savepoint = harness.snapshot(1, 1);
        }
        assertRefused(
                savepoint,
                backend,
                withColumn("fee", new IntType(false)),
                "column fee of events is INT NOT NULL and not in the savepoint, whose waiting rows"
                        + " have no value for it; declare it without NOT NULL, or keep its old"
                        + " name, or bootstrap");
        assertRefused(
                savepoint,
                backend,
                List.of(
                        FeatureRows.EVENT_COLUMNS.get(0),
                        FeatureRows.EVENT_COLUMNS.get(1),
                        new ColumnSpec("amount", new DoubleType(false))),
                "column amount of events is DOUBLE NOT NULL and DECIMAL(10, 2) NOT NULL in the"
                        + " savepoint; keep the type, or declare the column under another name, or"
                        + " bootstrap");
    }

    private static void assertRefused(
            OperatorSubtaskState savepoint, String backend, List<ColumnSpec> columns, String why)
            throws Exception {
        var after = config(Order.EVENT_TIME, columns, count("customer", From.EVENTS, 10));
        try (var harness = StepHarness.of(after, 0, backend)) {
            harness.initializeState(savepoint);
            assertThatThrownBy(harness::open).rootCause().hasMessage(why);
        }
    }

    private static FeatureConfig config(Order order, FeatureSpec... vector) {
        return config(order, FeatureRows.EVENT_COLUMNS, vector);
    }

    private static FeatureConfig config(
            Order order, List<ColumnSpec> columns, FeatureSpec... vector) {
        return FeatureRows.config(order, Duration.ofMillis(5), columns, vector);
    }

    private static List<ColumnSpec> withColumn(String name, LogicalType type) {
        var columns = new ArrayList<>(FeatureRows.EVENT_COLUMNS);
        columns.add(new ColumnSpec(name, type));
        return columns;
    }

    private static WindowSpec named(String name, WindowSpec window) {
        return new WindowSpec(
                name,
                window.entity(),
                window.from(),
                window.aggregate(),
                window.of(),
                window.window(),
                window.delay(),
                window.missing());
    }

    private static WindowSpec of(String column, WindowSpec window) {
        return new WindowSpec(
                window.name() + "_" + column,
                window.entity(),
                window.from(),
                Aggregate.SUM,
                column,
                window.window(),
                window.delay(),
                window.missing());
    }

    private static void feed(
            KeyedOneInputStreamOperatorTestHarness<Object, Partial, FeatureVector> harness,
            int width,
            Event row)
            throws Exception {
        double[] values = new double[width];
        Arrays.fill(values, NAN);
        harness.processElement(
                row.origin().topic().equals("labels")
                        ? Partial.label(row)
                        : Partial.event(row, values),
                row.eventTimeMillis());
    }

    private static List<String> answers(
            KeyedOneInputStreamOperatorTestHarness<Object, Partial, FeatureVector> harness) {
        return harness.extractOutputValues().stream()
                .map(
                        vector ->
                                "%d %s %s"
                                        .formatted(
                                                vector.origin().offset(),
                                                Arrays.toString(vector.values()),
                                                Arrays.toString(vector.warming())))
                .toList();
    }
}
