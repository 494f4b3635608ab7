package io.millrace.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.features.FeatureStage;
import io.millrace.record.Event;
import io.millrace.record.EventTypeInfo;
import io.millrace.record.FeatureVector;
import io.millrace.spec.ColumnSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The features of the published benchmark, against those that others computed. */
// Results may be interrupted while they close, and javac warns of that at each use.
@SuppressWarnings("try")
class BenchmarkFeaturesITCase {
    private static final long FIRST_EXPECTED_MILLIS =
            Instant.parse("2018-07-25T00:00:00Z").toEpochMilli();
    private static final double TOLERANCE = 1e-9;

    @Test
    void theFeaturesOfTheLastWeekOfJulyAreThoseOfThePublishedBenchmark() throws Exception {
        var benchmark = PublishedBenchmark.found().orElse(null);
        if (benchmark == null) {
            System.out.println(
                    "NOT RUN: features of the published benchmark; MILLRACE_DATA must name the"
                            + " folder that holds fraud/");
            return;
        }
        var expected = benchmark.expectedFeatures();
        assertThat(expected).hasSize(67_240);

        var vectors = lastWeek(benchmark);

        assertThat(vectors.keySet()).isEqualTo(expected.keySet());
        int equalBits = 0;
        for (var row : expected.entrySet()) {
            double[] actual = vectors.get(row.getKey());
            equalBits += Arrays.equals(actual, row.getValue()) ? 1 : 0;
            assertThat(actual)
                    .as("transaction %d", row.getKey())
                    .containsExactly(row.getValue(), within(TOLERANCE));
        }
        System.out.printf(
                "features of the published benchmark: %d rows within %s, %d equal to the bit%n",
                expected.size(), TOLERANCE, equalBits);
    }

    private static Map<Long, double[]> lastWeek(PublishedBenchmark benchmark) throws Exception {
        var strict = new Configuration();
        strict.set(PipelineOptions.GENERIC_TYPES, false);
        strict.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        strict.set(PipelineOptions.OBJECT_REUSE, true);
        var env = StreamExecutionEnvironment.createLocalEnvironment(2, strict);
        var labels = new OutputTag<>("labels", type(PublishedBenchmark.LABEL_COLUMNS));
        var events =
                env.fromSequence(0, 0)
                        .uid("start")
                        .setParallelism(1)
                        .process(new Replay(benchmark, labels))
                        .returns(type(PublishedBenchmark.TRANSACTION_COLUMNS))
                        .uid("replay")
                        .setParallelism(1);
        var featured =
                new FeatureStage(PublishedBenchmark.features())
                        .attach(
                                inEventTime(events, "transactions"),
                                inEventTime(events.getSideOutput(labels), "labels"));
        var vectors = new HashMap<Long, double[]>();
        try (var results =
                featured.vectors()
                        .filter(vector -> vector.eventTimeMillis() >= FIRST_EXPECTED_MILLIS)
                        .uid("last-week")
                        .executeAndCollect()) {
            results.forEachRemaining(
                    (FeatureVector vector) ->
                            vectors.put(vector.origin().offset(), vector.values()));
        }
        return vectors;
    }

    private static EventTypeInfo type(List<ColumnSpec> columns) {
        return EventTypeInfo.of(
                new RowType(
                        columns.stream()
                                .map(column -> new RowType.RowField(column.name(), column.type()))
                                .toList()));
    }

    private static DataStream<Event> inEventTime(DataStream<Event> rows, String name) {
        return rows.assignTimestampsAndWatermarks(
                        WatermarkStrategy.<Event>forGenerator(context -> new EveryMinutes())
                                .withTimestampAssigner((row, previous) -> row.eventTimeMillis()))
                .setParallelism(1)
                .uid(name + "-watermarks");
    }

    /** Reads transactions and labels as they happened: whichever comes first. */
    private static final class Replay extends ProcessFunction<Long, Event> {
        private static final long serialVersionUID = 1L;

        private final PublishedBenchmark.Rows transactions;
        private final PublishedBenchmark.Rows labels;
        private final OutputTag<Event> labelTag;

        private Replay(PublishedBenchmark benchmark, OutputTag<Event> labelTag) {
            this.transactions = benchmark.transactions();
            this.labels = benchmark.labels();
            this.labelTag = labelTag;
        }

        @Override
        public void processElement(Long start, Context context, Collector<Event> out) {
            var transactionReader = transactions.open();
            var labelReader = labels.open();
            Event transaction = transactionReader.next();
            Event label = labelReader.next();
            while (transaction != null) {
                if (label != null && isBefore(label, transaction)) {
                    context.output(labelTag, label);
                    label = labelReader.next();
                } else {
                    out.collect(transaction);
                    transaction = transactionReader.next();
                }
            }
        }

        private static boolean isBefore(Event label, @Nullable Event transaction) {
            return transaction == null || label.eventTimeMillis() <= transaction.eventTimeMillis();
        }
    }

    /** A watermark behind every ten minutes of rows that are in order. */
    private static final class EveryMinutes implements WatermarkGenerator<Event> {
        private static final long INTERVAL_MILLIS = Duration.ofMinutes(10).toMillis();

        private long nextMillis = Long.MIN_VALUE;

        @Override
        public void onEvent(Event row, long timeMillis, WatermarkOutput output) {
            if (timeMillis >= nextMillis) {
                output.emitWatermark(new Watermark(timeMillis - 1));
                nextMillis = timeMillis + INTERVAL_MILLIS;
            }
        }

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {
            // By event time alone.
        }
    }
}
