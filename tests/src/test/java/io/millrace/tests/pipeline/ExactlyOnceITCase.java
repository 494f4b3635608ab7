package io.millrace.tests.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.jobs.local.LocalFlink;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.record.DeadLetter;
import io.millrace.record.Duplicate;
import io.millrace.record.Origin;
import io.millrace.record.Score;
import io.millrace.record.Shadow;
import io.millrace.sink.SinkConfig;
import io.millrace.sink.SinkStage;
import io.millrace.spec.OutputSpec.Guarantee;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sink against a real broker, while the task before it fails, twice. */
class ExactlyOnceITCase {
    private static final int PARTITIONS = 2;
    private static final int CHUNK = 500;
    private static final List<String> OUTPUTS = List.of("scores", "dead-letters", "duplicates");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How often the task still has to fail. The job's tasks live in this JVM. */
    private static final AtomicInteger FAILURES_LEFT = new AtomicInteger();

    @TempDir static Path folder;

    private static final LocalKafka KAFKA = LocalKafka.start();

    @SuppressWarnings("NullAway.Init") // set in start()
    private static LocalFlink flink;

    @BeforeAll
    static void start() throws Exception {
        flink = LocalFlink.start(folder, PARTITIONS, 0);
        KAFKA.createTopic("events", PARTITIONS);
        for (String topic : OUTPUTS) {
            KAFKA.createTopic(topic, PARTITIONS);
        }
    }

    @AfterAll
    static void stop() {
        flink.close();
        KAFKA.close();
    }

    @Test
    void aReaderOfCommittedRecordsSeesEachInputOnceThoughATaskFailsTwice() throws Exception {
        FAILURES_LEFT.set(2);
        JobID job = submit();
        var ended = new AtomicBoolean();
        var reader = CompletableFuture.supplyAsync(() -> readUntil(ended));

        int produced = 0;
        while (FAILURES_LEFT.get() > 0) {
            produced += produce();
        }
        // What comes after the last failure has to be written as well.
        produced += produce();
        int expected = produced;
        await().atMost(Duration.ofSeconds(90)).until(() -> committed() >= expected);
        assertThat(flink.client().getJobStatus(job).get()).isEqualTo(JobStatus.RUNNING);
        flink.client().cancel(job).get();
        ended.set(true);

        Map<String, Integer> seen = reader.get();
        assertThat(seen).hasSize(produced);
        assertThat(seen.values()).containsOnly(1);
        assertThat(FAILURES_LEFT).hasValue(0);
    }

    private static JobID submit() throws Exception {
        var configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 2);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
        var env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(PARTITIONS);
        env.enableCheckpointing(300);

        var source =
                KafkaSource.<Origin>builder()
                        .setBootstrapServers(KAFKA.bootstrapServers())
                        .setTopics("events")
                        .setStartingOffsets(OffsetsInitializer.earliest())
                        .setDeserializer(new Origins())
                        .build();
        SingleOutputStreamOperator<Score> scores =
                env.fromSource(source, WatermarkStrategy.noWatermarks(), "events")
                        .uid("events")
                        .process(new FailingTask())
                        .uid("failing");
        new SinkStage(
                        new SinkConfig(
                                "exactly-once",
                                KAFKA.bootstrapServers(),
                                Map.of(),
                                "scores",
                                "dead-letters",
                                "duplicates",
                                List.of(),
                                false,
                                Guarantee.EXACTLY_ONCE,
                                60_000))
                .attach(
                        scores,
                        scores.getSideOutput(DeadLetter.TAG),
                        scores.getSideOutput(Duplicate.TAG),
                        scores.getSideOutput(Shadow.TAG));
        return flink.client().submitJob(env.getStreamGraph().getJobGraph()).get();
    }

    private static int produce() {
        Map<String, Object> config = Map.of("bootstrap.servers", KAFKA.bootstrapServers());
        try (var producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < CHUNK; i++) {
                var unused =
                        producer.send(
                                new ProducerRecord<>("events", i % PARTITIONS, null, value(i)));
            }
        }
        return CHUNK;
    }

    private static byte[] value(int i) {
        return ("event " + i).getBytes(UTF_8);
    }

    /** How many records a reader of committed records would find by now. */
    private static long committed() {
        try (var consumer = consumer()) {
            long count = 0;
            consumer.assign(partitions());
            consumer.seekToBeginning(partitions());
            while (true) {
                var records = consumer.poll(Duration.ofMillis(500));
                if (records.isEmpty()) {
                    return count;
                }
                count += records.count();
            }
        }
    }

    /** How often each input coordinate was seen, by a reader that was there all the time. */
    private static Map<String, Integer> readUntil(AtomicBoolean ended) {
        var seen = new HashMap<String, Integer>();
        try (var consumer = consumer()) {
            consumer.assign(partitions());
            consumer.seekToBeginning(partitions());
            boolean more = true;
            while (more) {
                // What was committed before the end was seen is read once more after it.
                boolean last = ended.get();
                var records = consumer.poll(Duration.ofMillis(500));
                records.forEach(record -> seen.merge(coordinates(record.value()), 1, Integer::sum));
                more = !last || !records.isEmpty();
            }
        }
        return seen;
    }

    private static String coordinates(byte[] value) {
        try {
            var json = JSON.readTree(value);
            return json.get("source_partition") + "-" + json.get("source_offset");
        } catch (IOException e) {
            throw new AssertionError(new String(value, UTF_8), e);
        }
    }

    private static List<TopicPartition> partitions() {
        return OUTPUTS.stream()
                .flatMap(
                        topic ->
                                IntStream.range(0, PARTITIONS)
                                        .mapToObj(p -> new TopicPartition(topic, p)))
                .toList();
    }

    private static KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> config =
                Map.of(
                        "bootstrap.servers",
                        KAFKA.bootstrapServers(),
                        "isolation.level",
                        "read_committed");
        return new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static final class Origins implements KafkaRecordDeserializationSchema<Origin> {
        private static final long serialVersionUID = 1L;

        @Override
        public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Origin> out) {
            out.collect(
                    new Origin(
                            record.topic(),
                            record.partition(),
                            record.offset(),
                            record.timestamp(),
                            null,
                            record.value()));
        }

        @Override
        public TypeInformation<Origin> getProducedType() {
            return TypeInformation.of(Origin.class);
        }
    }

    /**
     * Gives each record one of three fates, and fails when it has written since a checkpoint was
     * completed: then there is output that must stay and output that must go.
     */
    private static final class FailingTask extends ProcessFunction<Origin, Score>
            implements CheckpointListener {
        private static final long serialVersionUID = 1L;

        private transient boolean completed;
        private transient int sinceCompleted;

        @Override
        public void processElement(Origin origin, Context context, Collector<Score> out) {
            if (completed && ++sinceCompleted > 100 && takesAFailure()) {
                throw new IllegalStateException("failed on purpose");
            }
            String id = String.valueOf(origin.offset());
            if (origin.offset() % 10 == 3) {
                context.output(
                        DeadLetter.TAG,
                        new DeadLetter(
                                origin, "ingest", DeadLetter.Reason.MALFORMED, "on purpose", id));
            } else if (origin.offset() % 10 == 7) {
                context.output(Duplicate.TAG, new Duplicate(origin, id, 0, 0));
            } else {
                out.collect(
                        new Score(
                                origin,
                                id,
                                origin.timestampMillis(),
                                id,
                                "model",
                                "1",
                                "sha256:0",
                                Score.Route.CHAMPION,
                                0.5,
                                "approve",
                                new double[0],
                                0));
            }
        }

        private static boolean takesAFailure() {
            return FAILURES_LEFT.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            completed = true;
        }
    }
}
