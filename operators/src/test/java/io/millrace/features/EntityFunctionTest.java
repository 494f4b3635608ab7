package io.millrace.features;

import static io.millrace.features.FeatureRows.average;
import static io.millrace.features.FeatureRows.count;
import static io.millrace.features.FeatureRows.event;
import static io.millrace.features.FeatureRows.label;
import static io.millrace.features.FeatureRows.sum;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.DeadLetter;
import io.millrace.record.Event;
import io.millrace.record.FeatureVector;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

// The harness may be interrupted while it closes, and javac warns of that at each use.
@SuppressWarnings("try")
class EntityFunctionTest {
    private static final int MAX_PARALLELISM = StepHarness.MAX_PARALLELISM;

    private static final FeatureSpec[] VECTOR = {
        count("customer", From.EVENTS, 10),
        average("customer", From.EVENTS, 10, Double.NaN),
        count("customer", From.LABELS, 30),
        average("customer", From.LABELS, 30, 0)
    };

    @Test
    void customersDoNotMix() throws Exception {
        try (var harness = harness(Order.ARRIVAL, "hashmap")) {
            harness.open();
            feed(harness, event(0, 100, 1, 7, "10.00"));
            feed(harness, event(1, 101, 2, 7, "20.00"));
            feed(harness, label(0, 102, 2, 7, true));
            feed(harness, event(2, 103, 1, 7, "11.00"));
            feed(harness, event(3, 104, 2, 7, "22.00"));
            assertThat(answers(harness))
                    .containsExactly(
                            "0 customer 1 [1.0, 10.0, 0.0, 0.0]",
                            "1 customer 2 [1.0, 20.0, 0.0, 0.0]",
                            "2 customer 1 [2.0, 10.5, 0.0, 0.0]",
                            "3 customer 2 [2.0, 21.0, 1.0, 1.0]");
        }
    }

    @Test
    void inEventTimeOrderRowsWaitForTheWatermark() throws Exception {
        try (var harness = harness(Order.EVENT_TIME, "hashmap")) {
            harness.open();
            feed(harness, event(0, 105, 1, 7, "30.00"));
            feed(harness, event(1, 103, 1, 7, "10.00"));
            harness.processWatermark(102);
            assertThat(answers(harness)).isEmpty();
            harness.processWatermark(104);
            assertThat(answers(harness)).containsExactly("1 customer 1 [1.0, 10.0, 0.0, 0.0]");
            harness.processWatermark(105);
            assertThat(answers(harness))
                    .containsExactly(
                            "1 customer 1 [1.0, 10.0, 0.0, 0.0]",
                            "0 customer 1 [2.0, 20.0, 0.0, 0.0]");
        }
    }

    @Test
    void atOneInstantLabelsComeBeforeEventsAndEventsInTheOrderOfTheSource() throws Exception {
        try (var harness = harness(Order.EVENT_TIME, "hashmap")) {
            harness.open();
            feed(harness, event(1, 4, 100, 1, 7, "3.00"));
            feed(harness, event(0, 9, 100, 1, 7, "2.00"));
            feed(harness, event(0, 8, 100, 1, 7, "1.00"));
            feed(harness, label(0, 100, 1, 7, true));
            harness.processWatermark(100);
            assertThat(answers(harness))
                    .containsExactly(
                            "8 customer 1 [1.0, 1.0, 1.0, 1.0]",
                            "9 customer 1 [2.0, 1.5, 1.0, 1.0]",
                            "4 customer 1 [3.0, 2.0, 1.0, 1.0]");
        }
    }

    @Test
    void inEventTimeOrderARowAtTheWatermarkIsTooLate() throws Exception {
        try (var harness = harness(Order.EVENT_TIME, "hashmap")) {
            harness.open();
            harness.processWatermark(100);
            feed(harness, event(0, 100, 1, 7, "10.00"));
            feed(harness, label(0, 99, 1, 7, true));
            feed(harness, event(1, 101, 1, 7, "10.00"));
            harness.processWatermark(101);
            assertThat(answers(harness)).containsExactly("1 customer 1 [1.0, 10.0, 0.0, 0.0]");
            assertThat(refusals(harness))
                    .containsExactly(
                            "events-0-0 TOO_LATE event time is 100; it must be after 100",
                            "labels-0-0 TOO_LATE event time is 99; it must be after 100");
        }
    }

    @Test
    void onArrivalALateEventIsAnsweredAtItsOwnTimeAndSeenByLaterOnes() throws Exception {
        try (var harness = harness(Order.ARRIVAL, "hashmap")) {
            harness.open();
            feed(harness, event(0, 100, 1, 7, "10.00"));
            feed(harness, event(1, 108, 1, 7, "20.00"));
            harness.processWatermark(108);
            feed(harness, event(2, 104, 1, 7, "30.00"));
            feed(harness, event(3, 103, 1, 7, "99.00"));
            feed(harness, event(4, 109, 1, 7, "40.00"));
            assertThat(answers(harness))
                    .containsExactly(
                            "0 customer 1 [1.0, 10.0, 0.0, 0.0]",
                            "1 customer 1 [2.0, 15.0, 0.0, 0.0]",
                            "2 customer 1 [2.0, 20.0, 0.0, 0.0]",
                            "4 customer 1 [4.0, 25.0, 0.0, 0.0]");
            assertThat(refusals(harness))
                    .containsExactly("events-0-3 TOO_LATE event time is 103; it must be after 103");
        }
    }

    @Test
    void onArrivalALabelIsLearntForAsLongAsAnEventCouldSeeIt() throws Exception {
        try (var harness = harness(Order.ARRIVAL, "hashmap")) {
            harness.open();
            harness.processWatermark(200);
            feed(harness, label(0, 165, 1, 7, true));
            feed(harness, label(1, 166, 1, 7, true));
            feed(harness, event(0, 196, 1, 7, "1.00"));
            feed(harness, event(1, 197, 1, 7, "1.00"));
            assertThat(answers(harness))
                    .containsExactly(
                            "0 customer 1 [1.0, 1.0, 0.0, 0.0]",
                            "1 customer 1 [2.0, 1.0, 0.0, 0.0]");
            feed(harness, label(2, 167, 1, 7, true));
            feed(harness, event(2, 196, 1, 7, "1.00"));
            assertThat(answers(harness)).last().isEqualTo("2 customer 1 [2.0, 1.0, 1.0, 1.0]");
            assertThat(refusals(harness))
                    .containsExactly("labels-0-0 TOO_LATE event time is 165; it must be after 165");
        }
    }

    @Test
    void aSumBeyondALongIsAsExactAsAnyOther() {
        FeatureSpec[] vector = {sum("customer", From.EVENTS, 10)};
        // The largest DECIMAL(10, 2) is too small for it: the log is asked directly.
        var windows = plan(Order.ARRIVAL, vector).steps().get(0).windows();
        var past = windows.nothing();
        past.log(0).insert(100, new long[] {Long.MAX_VALUE});
        past.log(0).insert(101, new long[] {Long.MAX_VALUE});
        double[] values = new double[1];
        assertThat(windows.answer(past, 101, values)).isNull();
        assertThat(values).containsExactly(0x1p64 / 100);
    }

    @Test
    void nothingIsLeftOnceTheWatermarkHasPassedTheWindows() throws Exception {
        for (Order order : Order.values()) {
            try (var harness = harness(order, "hashmap")) {
                harness.open();
                for (int i = 0; i < 50; i++) {
                    feed(harness, event(i, 100L + i, i % 7, 7, "1.00"));
                    feed(harness, label(i, 100L + i, i % 7, 7, true));
                }
                harness.processWatermark(149 + 30 - 1);
                assertThat(answers(harness)).hasSize(50);
                assertThat(harness.numKeyedStateEntries()).isPositive();
                harness.processWatermark(149 + 30 + 5);
                assertThat(harness.numKeyedStateEntries()).isZero();
                assertThat(harness.numEventTimeTimers()).isZero();
            }
        }
    }

    @Test
    void aBoundedInputLeavesNothingBehind() throws Exception {
        for (Order order : Order.values()) {
            try (var harness = harness(order, "hashmap")) {
                harness.open();
                feed(harness, event(0, Long.MAX_VALUE - 5, 1, 7, "1.00"));
                harness.processWatermark(Long.MAX_VALUE);
                assertThat(answers(harness)).hasSize(1);
                assertThat(harness.numKeyedStateEntries()).isZero();
                assertThat(harness.numEventTimeTimers()).isZero();
            }
        }
    }

    @Test
    void aKeyHasAtMostTwoTimers() throws Exception {
        try (var harness = harness(Order.EVENT_TIME, "hashmap")) {
            harness.open();
            for (int i = 99; i >= 0; i--) {
                feed(harness, event(i, 100L + i, 1, 7, "1.00"));
                assertThat(harness.numEventTimeTimers()).isOne();
            }
            for (int watermark = 100; watermark < 300; watermark++) {
                harness.processWatermark(watermark);
                assertThat(harness.numEventTimeTimers()).isLessThanOrEqualTo(2);
            }
            assertThat(answers(harness)).hasSize(100);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hashmap", "rocksdb", "rocksdb with timers on the heap"})
    void continuesAfterARestoreAsIfNothingHadHappened(String backend) throws Exception {
        for (Order order : Order.values()) {
            var rows = rows(7, 300);
            List<String> undisturbed;
            try (var harness = harness(order, backend)) {
                harness.open();
                feedWithWatermarks(harness, rows, 0, 300);
                harness.processWatermark(Long.MAX_VALUE);
                undisturbed = answers(harness);
            }

            var answers = new ArrayList<String>();
            OperatorSubtaskState snapshot;
            try (var harness = harness(order, backend)) {
                harness.open();
                feedWithWatermarks(harness, rows, 0, 150);
                snapshot = harness.snapshot(1, 1);
                answers.addAll(answers(harness));
            }
            try (var harness = harness(order, backend)) {
                harness.initializeState(snapshot);
                harness.open();
                harness.processWatermark(watermarkAfter(rows.subList(0, 150)));
                feedWithWatermarks(harness, rows, 150, 300);
                harness.processWatermark(Long.MAX_VALUE);
                answers.addAll(answers(harness));
            }
            assertThat(byCustomer(answers)).isEqualTo(byCustomer(undisturbed));
        }
    }

    @Test
    void theAnswersOfARescaledStepAreTheSame() throws Exception {
        var rows = rows(11, 300);
        List<String> undisturbed;
        try (var harness = harness(Order.EVENT_TIME, "hashmap")) {
            harness.open();
            feedWithWatermarks(harness, rows, 0, 300);
            harness.processWatermark(Long.MAX_VALUE);
            undisturbed = answers(harness);
        }

        var answers = new ArrayList<String>();
        OperatorSubtaskState snapshot;
        try (var harness = harness(Order.EVENT_TIME, "hashmap")) {
            harness.open();
            feedWithWatermarks(harness, rows, 0, 150);
            answers.addAll(answers(harness));
            snapshot = harness.snapshot(1, 1);
        }
        for (int subtask = 0; subtask < 2; subtask++) {
            try (var harness = harness(Order.EVENT_TIME, "hashmap", 2, subtask)) {
                harness.initializeState(
                        AbstractStreamOperatorTestHarness.repartitionOperatorState(
                                snapshot, MAX_PARALLELISM, 1, 2, subtask));
                harness.open();
                harness.processWatermark(watermarkAfter(rows.subList(0, 150)));
                for (int i = 150; i < 300; i++) {
                    if (subtaskOf(rows.get(i)) == subtask) {
                        feed(harness, rows.get(i));
                    }
                    harness.processWatermark(watermarkAfter(rows.subList(0, i + 1)));
                }
                harness.processWatermark(Long.MAX_VALUE);
                answers.addAll(answers(harness));
            }
        }
        assertThat(byCustomer(answers)).isEqualTo(byCustomer(undisturbed));
    }

    @Test
    void inEventTimeOrderTheArrivalDoesNotMatter() throws Exception {
        var rows = rows(3, 200);
        List<String> sorted = null;
        for (int seed = 0; seed < 20; seed++) {
            var shuffled = new ArrayList<>(rows);
            Collections.shuffle(shuffled, new Random(seed));
            try (var harness = harness(Order.EVENT_TIME, "hashmap")) {
                harness.open();
                for (Partial row : shuffled) {
                    feed(harness, row);
                }
                harness.processWatermark(Long.MAX_VALUE);
                var answers = answers(harness).stream().sorted().toList();
                assertThat(refusals(harness)).isEmpty();
                assertThat(answers).hasSizeGreaterThan(90);
                sorted = sorted == null ? answers : sorted;
                assertThat(answers).isEqualTo(sorted);
            }
        }
    }

    /** Rows of a few customers, up to 20 ms out of order, many at one instant. */
    private static List<Partial> rows(long seed, int size) {
        var random = new Random(seed);
        var rows = new ArrayList<Partial>();
        for (int i = 0; i < size; i++) {
            long timeMillis = 1000L + i / 2 - random.nextInt(20);
            int customer = random.nextInt(9);
            rows.add(
                    random.nextBoolean()
                            ? Partial.label(label(i, timeMillis, customer, 7, random.nextBoolean()))
                            : partial(
                                    event(
                                            i,
                                            timeMillis,
                                            customer,
                                            7,
                                            "%d.%02d"
                                                    .formatted(
                                                            random.nextInt(99),
                                                            random.nextInt(99)))));
        }
        return rows;
    }

    private static long watermarkAfter(List<Partial> rows) {
        return rows.stream().mapToLong(Partial::timeMillis).max().orElseThrow() - 21;
    }

    /** The answers of each customer in their order; between customers there is none. */
    private static List<String> byCustomer(List<String> answers) {
        return answers.stream()
                .sorted(Comparator.comparing(answer -> answer.split(" ", 4)[2]))
                .toList();
    }

    /** Feeds some of the rows, each with the watermark that all up to it allow. */
    private static void feedWithWatermarks(
            KeyedOneInputStreamOperatorTestHarness<Object, Partial, FeatureVector> harness,
            List<Partial> rows,
            int from,
            int to)
            throws Exception {
        for (int i = from; i < to; i++) {
            feed(harness, rows.get(i));
            harness.processWatermark(watermarkAfter(rows.subList(0, i + 1)));
        }
    }

    private static void feed(
            KeyedOneInputStreamOperatorTestHarness<Object, Partial, FeatureVector> harness,
            Event row)
            throws Exception {
        feed(harness, row.origin().topic().equals("labels") ? Partial.label(row) : partial(row));
    }

    private static void feed(
            KeyedOneInputStreamOperatorTestHarness<Object, Partial, FeatureVector> harness,
            Partial row)
            throws Exception {
        // A row belongs to the step that holds it; these are fed more than once.
        var own = row.isLabel() ? row : Partial.event(row.event(), row.values().clone());
        harness.processElement(own, row.timeMillis());
    }

    private static Partial partial(Event event) {
        double[] values = new double[VECTOR.length];
        Arrays.fill(values, Double.NaN);
        return Partial.event(event, values);
    }

    private static List<String> answers(
            KeyedOneInputStreamOperatorTestHarness<Object, Partial, FeatureVector> harness) {
        return harness.extractOutputValues().stream()
                .map(
                        vector ->
                                "%d customer %s %s"
                                        .formatted(
                                                vector.origin().offset(),
                                                vector.entity(),
                                                Arrays.toString(vector.values())))
                .toList();
    }

    private static List<String> refusals(
            KeyedOneInputStreamOperatorTestHarness<Object, Partial, FeatureVector> harness) {
        var refused = harness.getSideOutput(DeadLetter.TAG);
        return refused == null
                ? List.of()
                : refused.stream()
                        .map(record -> record.getValue())
                        .map(
                                letter ->
                                        "%s %s %s"
                                                .formatted(
                                                        letter.eventId(),
                                                        letter.reason(),
                                                        letter.detail()))
                        .toList();
    }

    private static FeaturePlan plan(Order order, FeatureSpec... vector) {
        return FeaturePlan.of(FeatureRows.config(order, Duration.ofMillis(5), vector));
    }

    private static int subtaskOf(Partial row) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                selector().getKey(row), MAX_PARALLELISM, 2);
    }

    private static EntitySelector selector() {
        return new EntitySelector(plan(Order.ARRIVAL, VECTOR).steps().get(0));
    }

    private static KeyedOneInputStreamOperatorTestHarness<Object, Partial, FeatureVector> harness(
            Order order, String backend) throws Exception {
        return harness(order, backend, 1, 0);
    }

    private static KeyedOneInputStreamOperatorTestHarness<Object, Partial, FeatureVector> harness(
            Order order, String backend, int parallelism, int subtask) throws Exception {
        var config = FeatureRows.config(order, Duration.ofMillis(5), VECTOR);
        return StepHarness.of(config, 0, backend, parallelism, subtask);
    }
}
