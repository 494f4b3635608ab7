package io.millrace.tests.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What speaks for incrementing transaction names, what they cost, and what a restored job makes of
 * transactions that were aborted behind its back.
 */
class SinkTransactionsITCase {
    private static final int PARALLELISM = 2;
    private static final int STARTS = 3;

    @TempDir static Path folder;

    private static final LocalKafka KAFKA = LocalKafka.start();

    @SuppressWarnings("NullAway.Init") // set in start()
    private static LocalFlink flink;

    @BeforeAll
    static void start() throws Exception {
        flink = LocalFlink.start(folder, PARALLELISM, 0);
        KAFKA.createTopic("scores", 1);
        KAFKA.createTopic("dead-letters", 1);
        KAFKA.createTopic("duplicates", 1);
    }

    @AfterAll
    static void stop() {
        flink.close();
        KAFKA.close();
    }

    @Test
    void aJobStartedAgainAndAgainLeavesNoAdminClientBehind() throws Exception {
        for (int i = 0; i < STARTS; i++) {
            var env = environment();
            attach(env, "again", 1_000, Guarantee.EXACTLY_ONCE);
            run(env);
        }

        assertThat(adminClients()).isZero();
    }

    @Test
    void eachCheckpointTakesOneTransactionalIdPerSubtask() throws Exception {
        JobID job = flink.client().submitJob(endless("budget", Guarantee.EXACTLY_ONCE)).get();
        awaitCheckpoints(job, 5);
        flink.client().cancel(job).get();

        assertThat(transactionalIds("budget-sink"))
                .isGreaterThanOrEqualTo(5 * PARALLELISM)
                .isBetween(completed(job) * PARALLELISM, (completed(job) + 3) * PARALLELISM);
    }

    /**
     * The reason why the sink does not pool its names. Once the connector closes what it opens,
     * this fails: then pool, and bound the ids.
     */
    @Test
    void poolingStillLeaksAnAdminClientPerSubtaskAndStart() throws Exception {
        long before = adminClients();
        for (int i = 0; i < STARTS; i++) {
            var env = environment();
            env.fromSource(numbers(100), WatermarkStrategy.noWatermarks(), "numbers")
                    .uid("numbers")
                    .sinkTo(pooling())
                    .uid("sink");
            run(env);
        }

        assertThat(adminClients() - before).isEqualTo((long) STARTS * PARALLELISM);
    }

    /**
     * A TaskManager that dies between a checkpoint and its commit, and comes back after the
     * timeout, finds what this test makes: an aborted transaction of the checkpoint that it starts
     * from.
     */
    @Test
    void aJobWhoseResultsWereAbortedDoesNotGoOnInSilence() throws Exception {
        JobID first = flink.client().submitJob(endless("lost", Guarantee.EXACTLY_ONCE)).get();
        awaitCheckpoints(first, 2);
        String savepoint =
                flink.client()
                        .stopWithSavepoint(first, false, null, SavepointFormatType.CANONICAL)
                        .get();
        long checkpoint = lastCommitted("lost-sink-0-");

        JobID whole = resume(savepoint, Guarantee.EXACTLY_ONCE);
        awaitCheckpoints(whole, 2);
        flink.client().cancel(whole).get();

        abort("lost-sink-0-" + checkpoint);
        JobID broken = resume(savepoint, Guarantee.EXACTLY_ONCE);
        var result = flink.client().requestJobResult(broken).get();
        assertThat(result.getJobStatus()).hasValue(JobStatus.FAILED);
        assertThat(flink.failure(broken))
                // Checkpoints that are given up are numbered too, and leave no transaction.
                .containsPattern(
                        "Kafka aborted lost-sink-0-%d of checkpoint \\d+, since nobody committed"
                                .formatted(checkpoint));

        JobID accepted = resume(savepoint, Guarantee.AT_LEAST_ONCE);
        awaitCheckpoints(accepted, 2);
        flink.client().cancel(accepted).get();
    }

    private static JobID resume(String savepoint, Guarantee guarantee) throws Exception {
        JobGraph job = endless("lost", guarantee);
        job.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(savepoint));
        return flink.client().submitJob(job).get();
    }

    private static JobGraph endless(String name, Guarantee guarantee) {
        var env = environment();
        env.enableCheckpointing(100);
        attach(env, name, Long.MAX_VALUE, guarantee);
        return env.getStreamGraph().getJobGraph();
    }

    private static void awaitCheckpoints(JobID job, int count) {
        await().atMost(Duration.ofSeconds(60)).until(() -> completed(job) >= count);
    }

    private static long lastCommitted(String prefix) throws Exception {
        try (var admin = KAFKA.admin()) {
            return admin.listTransactions(new ListTransactionsOptions()).all().get().stream()
                    .filter(transaction -> transaction.transactionalId().startsWith(prefix))
                    .filter(t -> t.state() == TransactionState.COMPLETE_COMMIT)
                    .mapToLong(t -> Long.parseLong(t.transactionalId().substring(prefix.length())))
                    .max()
                    .orElseThrow();
        }
    }

    private static void abort(String transactionalId) throws Exception {
        Map<String, Object> config =
                Map.of(
                        "bootstrap.servers",
                        KAFKA.bootstrapServers(),
                        "transactional.id",
                        transactionalId);
        try (var producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("scores", "lost")).get();
            producer.abortTransaction();
        }
    }

    private static StreamExecutionEnvironment environment() {
        var configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        var env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(PARALLELISM);
        env.enableCheckpointing(1_000);
        return env;
    }

    private static NumberSequenceSource numbers(long last) {
        return new NumberSequenceSource(0, last);
    }

    private static void run(StreamExecutionEnvironment env) throws Exception {
        JobID job = flink.client().submitJob(env.getStreamGraph().getJobGraph()).get();
        flink.client().requestJobResult(job).get().toJobExecutionResult(loader());
    }

    private static ClassLoader loader() {
        return SinkTransactionsITCase.class.getClassLoader();
    }

    private static int completed(JobID job) {
        return (int) flink.completedCheckpoints(job);
    }

    private static void attach(
            StreamExecutionEnvironment env, String name, long last, Guarantee guarantee) {
        SingleOutputStreamOperator<Score> scores =
                env.fromSource(numbers(last), WatermarkStrategy.noWatermarks(), "numbers")
                        .uid("numbers")
                        .process(new ToScore())
                        .uid("to-score");
        DataStream<DeadLetter> deadLetters = scores.getSideOutput(DeadLetter.TAG);
        DataStream<Duplicate> duplicates = scores.getSideOutput(Duplicate.TAG);
        new SinkStage(
                        new SinkConfig(
                                name,
                                KAFKA.bootstrapServers(),
                                Map.of(),
                                "scores",
                                "dead-letters",
                                "duplicates",
                                List.of(),
                                false,
                                guarantee,
                                60_000))
                .attach(scores, deadLetters, duplicates, scores.getSideOutput(Shadow.TAG));
    }

    private static KafkaSink<Long> pooling() {
        return KafkaSink.<Long>builder()
                .setBootstrapServers(KAFKA.bootstrapServers())
                .setRecordSerializer(new Numbers())
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setProperty("transaction.timeout.ms", "60000")
                .setTransactionalIdPrefix("pooling")
                .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
                .build();
    }

    private static long adminClients() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("kafka-admin-client-thread"))
                .count();
    }

    private static int transactionalIds(String prefix) throws Exception {
        try (var admin = KAFKA.admin()) {
            return (int)
                    admin.listTransactions(new ListTransactionsOptions()).all().get().stream()
                            .filter(t -> t.transactionalId().startsWith(prefix))
                            .count();
        }
    }

    private static final class ToScore extends ProcessFunction<Long, Score> {
        private static final long serialVersionUID = 1L;

        @Override
        public void processElement(Long number, Context context, Collector<Score> out) {
            out.collect(
                    new Score(
                            new Origin("numbers", 0, number, 0, null, new byte[0]),
                            number.toString(),
                            0,
                            number.toString(),
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

    private static final class Numbers
            implements KafkaRecordSerializationSchema<Long>, KafkaDatasetFacetProvider {
        private static final long serialVersionUID = 1L;

        @Override
        public ProducerRecord<byte[], byte[]> serialize(
                Long number, KafkaSinkContext context, @Nullable Long timestamp) {
            return new ProducerRecord<>("scores", number.toString().getBytes(UTF_8));
        }

        @Override
        public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
            return Optional.of(
                    new DefaultKafkaDatasetFacet(
                            DefaultKafkaDatasetIdentifier.ofTopics(List.of("scores"))));
        }
    }
}
