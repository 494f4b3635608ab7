package io.millrace.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.features.FeatureConfig;
import io.millrace.features.FeatureStage;
import io.millrace.record.Event;
import io.millrace.record.EventTypeInfo;
import io.millrace.record.FeatureVector;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.LabelsSpec;
import io.millrace.spec.PipelineSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
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

/**
 * The features of the published benchmark, of rows that arrive in disorder, against those that
 * others computed.
 */
// Results may be interrupted while they close, and javac warns of that at each use.
@SuppressWarnings("try")
class BenchmarkFeaturesITCase {
    private static final long FIRST_EXPECTED_MILLIS =
            Instant.parse("2018-07-25T00:00:00Z").toEpochMilli();

    /** How much later than a newer row one may arrive: what the pipeline allows. */
    private static final int DISORDER_MILLIS = (int) Duration.ofMinutes(10).toMillis();

    private static final long SEED = 3;

    @Test
    void rowsThatArriveInDisorderHaveThePublishedFeaturesToTheBit() throws Exception {
        var benchmark = PublishedBenchmark.found().orElse(null);
        if (benchmark == null) {
            System.out.println(
                    "NOT RUN: features of the published benchmark; MILLRACE_DATA must name the"
                            + " folder that holds fraud/");
            return;
        }
        PublishedBenchmark.assertSameBits(lastWeek(benchmark), benchmark.expectedFeatures());
    }

    private static Map<Long, double[]> lastWeek(PublishedBenchmark benchmark) throws Exception {
        var strict = new Configuration();
        strict.set(PipelineOptions.GENERIC_TYPES, false);
        strict.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        strict.set(PipelineOptions.OBJECT_REUSE, true);
        var env = StreamExecutionEnvironment.createLocalEnvironment(2, strict);
        PipelineSpec spec = PublishedBenchmark.pipeline("localhost:9092");
        assertThat(spec.events().stream().outOfOrderness()).hasMillis(DISORDER_MILLIS);
        LabelsSpec declared = Objects.requireNonNull(spec.labels());
        var labels = new OutputTag<>("labels", type(declared.stream().columns()));
        var events =
                env.fromSequence(0, 0)
                        .uid("start")
                        .setParallelism(1)
                        .process(new Replay(benchmark, labels))
                        .returns(type(spec.events().stream().columns()))
                        .uid("replay")
                        .setParallelism(1);
        var featured =
                new FeatureStage(
                                FeatureConfig.from(
                                        spec.features(), spec.entities(), spec.events(), declared))
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

    /** Each row of the two streams as much later than it happened as chance wants. */
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
            var transactionRows = new Late(transactions.open(), new Random(SEED));
            var labelRows = new Late(labels.open(), new Random(SEED + 1));
            while (transactionRows.hasNext() || labelRows.hasNext()) {
                if (labelRows.arrivalMillis() <= transactionRows.arrivalMillis()) {
                    context.output(labelTag, labelRows.next());
                } else {
                    out.collect(transactionRows.next());
                }
            }
        }
    }

    /** Ordered rows in the order in which they arrive: each less than the disorder too late. */
    private static final class Late {
        private final PublishedBenchmark.Reader rows;
        private final Random chance;
        private final PriorityQueue<Arriving> arriving =
                new PriorityQueue<>(Comparator.comparingLong(Arriving::millis));
        private @Nullable Event read;

        private record Arriving(Event row, long millis) {}

        private Late(PublishedBenchmark.Reader rows, Random chance) {
            this.rows = rows;
            this.chance = chance;
            this.read = rows.next();
            fill();
        }

        private boolean hasNext() {
            return !arriving.isEmpty();
        }

        private long arrivalMillis() {
            Arriving first = arriving.peek();
            return first == null ? Long.MAX_VALUE : first.millis();
        }

        private Event next() {
            Event row = arriving.remove().row();
            fill();
            return row;
        }

        /** Reads until no row that has not been read can be the next to arrive. */
        private void fill() {
            for (Event row = read; row != null && row.eventTimeMillis() <= arrivalMillis(); ) {
                long late = chance.nextInt(DISORDER_MILLIS);
                arriving.add(new Arriving(row, row.eventTimeMillis() + late));
                row = rows.next();
                read = row;
            }
        }
    }

    /** A watermark behind the disorder of the newest row, every ten minutes. */
    private static final class EveryMinutes implements WatermarkGenerator<Event> {
        private static final long INTERVAL_MILLIS = Duration.ofMinutes(10).toMillis();

        private long nextMillis = Long.MIN_VALUE;

        @Override
        public void onEvent(Event row, long timeMillis, WatermarkOutput output) {
            if (timeMillis >= nextMillis) {
                output.emitWatermark(new Watermark(timeMillis - DISORDER_MILLIS - 1));
                nextMillis = timeMillis + INTERVAL_MILLIS;
            }
        }

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {
            // By event time alone.
        }
    }
}
