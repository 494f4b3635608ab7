package io.millrace.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.features.LiteralWindows.Row;
import io.millrace.record.DeadLetter;
import io.millrace.record.FeatureVector;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/**
 * The step of several entities, in Flink, against a reference that keeps every row: out of order,
 * in any order of answering, with a restore into another parallelism at any point.
 */
class EntityFunctionProperties {
    private static final long DISORDER_MILLIS = 12;

    /** What stands for an event's vector where the event is a dead letter. */
    private static final double[] REFUSED = {};

    /** A row and its place in the source. */
    private record Sent(int offset, Row row) {
        Partial toPartial(int width) {
            var event = row.toEvent(offset);
            if (row.isLabel()) {
                return Partial.label(event);
            }
            double[] unknown = new double[width];
            Arrays.fill(unknown, Double.NaN);
            return Partial.event(event, unknown);
        }
    }

    @Property(tries = 30)
    void theAnswersAreThoseOfTheRows(
            @ForAll("windows") @Size(min = 1, max = 6) List<WindowSpec> windows,
            @ForAll("rows") @Size(max = 60) List<Row> rows,
            @ForAll Order order,
            @ForAll Random random,
            @ForAll("parallelism") int before,
            @ForAll("parallelism") int after,
            @ForAll @IntRange(max = 60) int restoreAt)
            throws Exception {
        var config = config(windows, order);
        var sent = inOrderOfArrival(rows, random);
        int restore = Math.min(restoreAt, sent.size());

        var answers = new TreeMap<Long, double[]>();
        var snapshot = run(config, sent, 0, restore, before, null, 0, answers);
        run(config, sent, restore, sent.size(), after, snapshot, before, answers);

        var expected = literally(windows, sent, order);
        assertThat(answers.keySet()).isEqualTo(expected.keySet());
        answers.forEach(
                (offset, vector) ->
                        LiteralWindows.assertSame(
                                windows, vector, Objects.requireNonNull(expected.get(offset))));
    }

    /** Each up to some time later than its own; the reader's offsets are in this order. */
    private static List<Sent> inOrderOfArrival(List<Row> rows, Random random) {
        record Arriving(Row row, long atMillis) {}
        var arriving =
                rows.stream()
                        .map(
                                row ->
                                        new Arriving(
                                                row,
                                                row.timeMillis()
                                                        + random.nextInt((int) DISORDER_MILLIS)))
                        .sorted(Comparator.comparingLong(Arriving::atMillis))
                        .toList();
        var sent = new ArrayList<Sent>();
        for (int offset = 0; offset < arriving.size(); offset++) {
            sent.add(new Sent(offset, arriving.get(offset).row));
        }
        return sent;
    }

    private static Map<Long, double[]> literally(
            List<WindowSpec> windows, List<Sent> sent, Order order) {
        var processed = new ArrayList<>(sent);
        if (order == Order.EVENT_TIME) {
            processed.sort(
                    Comparator.comparingLong((Sent one) -> one.row.timeMillis())
                            .thenComparing(one -> !one.row.isLabel())
                            .thenComparingInt(Sent::offset));
        }
        var pasts = new TreeMap<Long, List<Row>>();
        var answers = new TreeMap<Long, double[]>();
        for (Sent one : processed) {
            var past = pasts.computeIfAbsent(one.row.customer(), customer -> new ArrayList<>());
            past.add(one.row);
            if (!one.row.isLabel()) {
                double[] vector = LiteralWindows.answer(windows, past);
                answers.put((long) one.offset, LiteralWindows.isRefused(vector) ? REFUSED : vector);
            }
        }
        return answers;
    }

    /** Feeds some of the rows, and the end of the stream after the last; returns what is left. */
    private static OperatorSubtaskState run(
            FeatureConfig config,
            List<Sent> sent,
            int from,
            int to,
            int parallelism,
            @Nullable OperatorSubtaskState restored,
            int restoredParallelism,
            Map<Long, double[]> answers)
            throws Exception {
        var harnesses =
                new ArrayList<
                        KeyedOneInputStreamOperatorTestHarness<Object, Partial, FeatureVector>>();
        for (int subtask = 0; subtask < parallelism; subtask++) {
            var harness = StepHarness.of(config, 0, "hashmap", parallelism, subtask);
            if (restored != null) {
                harness.initializeState(
                        AbstractStreamOperatorTestHarness.repartitionOperatorState(
                                restored,
                                StepHarness.MAX_PARALLELISM,
                                restoredParallelism,
                                parallelism,
                                subtask));
            }
            harness.open();
            harnesses.add(harness);
        }
        var selector = new EntitySelector(FeaturePlan.of(config).steps().get(0));
        for (int i = from; i < to; i++) {
            var row = sent.get(i).toPartial(config.vector().size());
            Object key = selector.getKey(row);
            int subtask =
                    KeyGroupRangeAssignment.assignKeyToParallelOperator(
                            key, StepHarness.MAX_PARALLELISM, parallelism);
            harnesses.get(subtask).processElement(row, row.timeMillis());
            long watermarkMillis = watermarkAfter(sent, i);
            for (var harness : harnesses) {
                harness.processWatermark(watermarkMillis);
            }
        }
        var snapshots = new ArrayList<OperatorSubtaskState>();
        for (var harness : harnesses) {
            if (to == sent.size()) {
                harness.processWatermark(Long.MAX_VALUE);
            }
            snapshots.add(harness.snapshot(1, 1));
            for (FeatureVector vector : harness.extractOutputValues()) {
                assertThat(answers.put(vector.origin().offset(), vector.values())).isNull();
            }
            var deadLetters = harness.getSideOutput(DeadLetter.TAG);
            for (var record :
                    deadLetters == null ? List.<StreamRecord<DeadLetter>>of() : deadLetters) {
                var deadLetter = record.getValue();
                assertThat(deadLetter.detail()).endsWith("it must be finite");
                assertThat(answers.put(deadLetter.origin().offset(), REFUSED)).isNull();
            }
            harness.close();
        }
        return AbstractStreamOperatorTestHarness.repackageState(
                snapshots.toArray(OperatorSubtaskState[]::new));
    }

    private static long watermarkAfter(List<Sent> sent, int last) {
        return sent.subList(0, last + 1).stream()
                        .mapToLong(one -> one.row.timeMillis())
                        .max()
                        .orElseThrow()
                - DISORDER_MILLIS
                - 1;
    }

    private static FeatureConfig config(List<WindowSpec> windows, Order order) {
        return new FeatureConfig(
                order,
                0,
                Map.of("customer", List.of("customer_id")),
                LiteralWindows.COLUMNS,
                LiteralWindows.COLUMNS,
                LiteralWindows.LABEL_ID,
                List.<FeatureSpec>copyOf(windows));
    }

    @Provide
    Arbitrary<Integer> parallelism() {
        return Arbitraries.of(1, 2, 4);
    }

    @Provide
    Arbitrary<List<Row>> rows() {
        return LiteralArbitraries.row(Arbitraries.longs().between(1, 5)).list();
    }

    @Provide
    Arbitrary<List<WindowSpec>> windows() {
        return LiteralArbitraries.window().list();
    }
}
