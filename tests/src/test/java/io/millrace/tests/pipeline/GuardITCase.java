package io.millrace.tests.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.jobs.local.LocalFlink;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.models.GuardMetrics;
import io.millrace.jobs.models.GuardRun;
import io.millrace.jobs.models.ModelTrial;
import io.millrace.jobs.models.Promotion;
import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.jobs.pipeline.RunningJob;
import io.millrace.monitor.Guard;
import io.millrace.monitor.GuardConfig;
import io.millrace.record.ModelDecision;
import io.millrace.record.ModelUpdate;
import io.millrace.record.ModelUpdate.Role;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import io.millrace.sink.ModelJournal;
import io.millrace.sink.ModelTopic;
import io.millrace.sink.TopicPlan;
import io.millrace.spec.PipelineSpec;
import java.io.DataOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline whose versions are promoted, retired and rolled back by what its labels tell. */
class GuardITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration SOON = Duration.ofMillis(200);
    private static final Duration SETTLING = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final int PARTITIONS = 2;
    private static final int EVENTS_A_MINUTE = 120;
    private static final int MINUTES = 12;
    private static final long MINUTE = 60_000;
    private static final long LABEL_DELAY = 5_000;

    @TempDir private Path folder;

    private final Random random = new Random(9);
    private LocalKafka kafka;
    private KafkaProducer<byte[], byte[]> producer;
    private PipelineFile file;
    private ModelRegistry registry;
    private long ids;

    @BeforeEach
    void start() throws Exception {
        kafka = LocalKafka.start(folder.resolve("kafka"), Map.of());
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        Path described =
                Files.writeString(
                        folder.resolve("guarded.yaml"),
                        """
                        pipeline: guarded
                        kafka: {bootstrap-servers: "%s"}
                        events:
                          topic: events
                          format: json
                          columns: {id: BIGINT NOT NULL, time: BIGINT NOT NULL, cause: DOUBLE NOT NULL, noise: DOUBLE NOT NULL}
                          id: id
                          event-time: time
                          out-of-orderness: 1 s
                        labels:
                          topic: truths
                          format: json
                          columns: {id: BIGINT NOT NULL, time: BIGINT NOT NULL, is_so: BOOLEAN NOT NULL}
                          id: id
                          event-time: time
                          value: is_so
                          out-of-orderness: 1 s
                        entities: {row: id}
                        features:
                          view: guarded/1
                          vector: [{name: cause, expression: cause}, {name: noise, expression: noise}]
                        model: {name: risk, registry: models, batch: {rows: 64, wait: 2 ms}}
                        decision: {threshold: 0.5, at-or-above: review, below: approve}
                        monitor:
                          window: 1 min
                          labels: {horizon: 1 min}
                          guard:
                            by: errors
                            min-labelled: 300
                            windows: 3
                            promote: true
                            retire: true
                            cooldown: 0 s
                            promotions-per-day: 10
                            rollback: {within: 1 h, accuracy: 0.8}
                        checkpoint: {interval: 500 ms}
                        """
                                .formatted(kafka.bootstrapServers()));
        file = PipelineFile.read(described, name -> null);
        Path models = Files.createDirectories(folder.resolve("models"));
        registry = ModelRegistry.inDirectory(models, folder.resolve("cache"));
        register("1", 0, 8);
        register("2", 8, 0);
        register("3", -8, 0);
        register("4", -4, 0);
        registry.point("risk", "champion", "1", null);
        TopicPlan.of(spec()).create(PARTITIONS, (short) 1, ANSWER);
    }

    @AfterEach
    void stop() {
        producer.close();
        kafka.close();
    }

    private PipelineSpec spec() {
        return file.spec();
    }

    @Test
    void betterIsPromotedWorseRetiredBreachedRolledBackAndNothingTwice() throws Exception {
        // An hour ago, so that what is announced to hold from now on is of later events.
        long begin = Math.floorDiv(System.currentTimeMillis(), MINUTE) * MINUTE - 60 * MINUTE;
        announce("1", Role.CHAMPION, 0, 0);
        announce("2", Role.CHALLENGER, 0, begin);
        try (var flink = LocalFlink.start(folder.resolve("flink"), 2, 0)) {
            var job =
                    RunningJob.submit(
                            flink.client(),
                            new PipelineJob(spec(), file.model(folder.resolve("cache"))).graph(2));

            alert("RAISED", begin);
            publish(begin);
            ModelDecision held = decided();
            assertThat(held.action()).isEqualTo(ModelDecision.Action.HOLD);
            assertThat(held.evidence()).isNotNull();
            assertThat(held.evidence().incidents()).containsExactly("drift/risk/1//1");
            assertThat(champion()).isEqualTo("1");
            assertNothingMore();

            alert("RESOLVED", begin);
            ModelDecision promoted = decided();
            assertThat(promoted.action()).isEqualTo(ModelDecision.Action.PROMOTE);
            assertThat(promoted.version()).isEqualTo("2");
            assertThat(promoted.evidence()).isNotNull();
            assertThat(promoted.evidence().labelled()).isGreaterThanOrEqualTo(300);
            assertThat(promoted.evidence().findings().get(0).value()).isZero();
            assertThat(promoted.evidence().findings().get(0).answered()).isBetween(0.4, 0.6);
            assertThat(champion()).isEqualTo("2");
            assertThat(registry.aliases("risk")).containsEntry("champion", "2");
            assertNothingMore();

            long second = after(promoted);
            announce("3", Role.CHALLENGER, 0.4, second);
            publish(second);
            ModelDecision retired = decided();
            assertThat(retired.action()).isEqualTo(ModelDecision.Action.RETIRE);
            assertThat(retired.version()).isEqualTo("3");
            assertThat(retired.reason())
                    .startsWith("version 3 is worse: errors 1, the champion's 0");
            assertNothingMore();

            long third = Math.max(second + MINUTES * MINUTE, after(retired));
            announce("4", Role.CHAMPION, 0, third);
            registry.point("risk", "champion", "4", "2");
            publish(third);
            ModelDecision rolledBack = decided();
            assertThat(rolledBack.action()).isEqualTo(ModelDecision.Action.ROLL_BACK);
            assertThat(rolledBack.version()).isEqualTo("2");
            assertThat(rolledBack.answeredVersion()).isEqualTo("4");
            assertThat(registry.aliases("risk")).containsEntry("champion", "2");
            assertNothingMore();

            assertThat(answered(begin)).containsExactly("1 CHAMPION");
            assertThat(answered(second)).containsExactly("2 CHAMPION", "3 CHALLENGER");
            // The last of these events may come after the rollback, the first before the news.
            assertThat(answered(third))
                    .contains("4 CHAMPION")
                    .isSubsetOf(Set.of("4 CHAMPION", "2 CHAMPION"));
            job.cancel();
        }
        assertThat(ModelJournal.decided(spec()))
                .extracting(decision -> decision.actor() + " " + decision.action())
                .containsExactly(
                        "test@here PROMOTE",
                        "test@here CHALLENGE",
                        "guard HOLD",
                        "guard PROMOTE",
                        "test@here CHALLENGE",
                        "guard RETIRE",
                        "test@here PROMOTE",
                        "guard ROLL_BACK");
        assertThat(ModelTopic.of(spec()).read())
                .extracting(update -> update.role() + " " + update.version())
                .containsExactly(
                        "CHAMPION 1",
                        "CHALLENGER 2",
                        "CHAMPION 2",
                        "CHALLENGER 3",
                        "RETIRED 3",
                        "CHAMPION 4",
                        "CHAMPION 2");
        assertThat(metrics())
                .contains(
                        "millrace_model_decisions_total{action=\"promote\",by=\"guard\",dry_run=\"false\"}"
                            + " 1\n",
                        "millrace_model_decisions_total{action=\"promote\",by=\"person\",dry_run=\"false\"}"
                            + " 2\n",
                        "millrace_model_decisions_total{action=\"roll_back\",by=\"guard\",dry_run=\"false\"}"
                            + " 1\n");
    }

    /** What a guard decides that knows nothing but the topics, and has just been started. */
    private ModelDecision decided() {
        try (var run = guard()) {
            return await().atMost(PATIENCE)
                    .until(() -> run.look(SOON), decision -> decision != null);
        }
    }

    /** Neither the next one nor one beside it has anything to decide. */
    private void assertNothingMore() {
        try (var run = guard();
                var other = guard()) {
            for (int i = 0; i < 8; i++) {
                assertThat(run.look(SOON)).isNull();
                assertThat(other.look(SOON)).isNull();
            }
        }
    }

    private GuardRun guard() {
        var monitor = spec().monitor();
        assertThat(monitor).isNotNull();
        assertThat(monitor.guard()).isNotNull();
        return new GuardRun(
                file,
                new Guard(GuardConfig.from(monitor, monitor.guard())),
                monitor.window().toMillis(),
                new Promotion(file, ModelTrial.STANDARD, folder.resolve("cache"), Guard.ACTOR),
                Duration.ZERO,
                SETTLING);
    }

    private String metrics() throws Exception {
        try (var run = guard();
                var metrics = GuardMetrics.serve(0, run)) {
            run.look(SOON);
            var request =
                    HttpRequest.newBuilder(
                                    URI.create(
                                            "http://localhost:%d/metrics"
                                                    .formatted(metrics.port())))
                            .build();
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private String champion() {
        List<ModelUpdate> champions =
                ModelTopic.of(spec()).read().stream()
                        .filter(update -> update.role() == Role.CHAMPION)
                        .toList();
        return champions.get(champions.size() - 1).version();
    }

    /** The first whole minute after a decision holds. */
    private static long after(ModelDecision decision) {
        Long from = decision.fromMillis();
        assertThat(from).isNotNull();
        return (Math.floorDiv(from, MINUTE) + 1) * MINUTE;
    }

    /** Who answered the events of a stretch. */
    private Set<String> answered(long from) {
        Set<String> answered = new TreeSet<>();
        int[] count = new int[1];
        CommittedRecords.read(
                kafka.bootstrapServers(),
                List.of(spec().output().scores()),
                PATIENCE,
                () -> count[0] >= MINUTES * EVENTS_A_MINUTE,
                record -> {
                    JsonNode score = CommittedRecords.json(record);
                    long time = Instant.parse(score.get("event_time").asText()).toEpochMilli();
                    if (time >= from && time < from + MINUTES * MINUTE) {
                        count[0]++;
                        answered.add(
                                "%s %s"
                                        .formatted(
                                                score.get("model_version").asText(),
                                                score.get("route").asText()));
                    }
                });
        return answered;
    }

    private void announce(String version, Role role, double share, long from) {
        ModelVersion registered = registry.version("risk", version);
        Announcing.announce(
                spec(),
                new ModelUpdate(
                        "risk",
                        version,
                        registered.digest(),
                        role,
                        share,
                        from,
                        System.currentTimeMillis(),
                        "a test"));
    }

    /** Some minutes of events, half of them so, each labelled a little later. */
    private void publish(long from) {
        for (int i = 0; i < MINUTES * EVENTS_A_MINUTE; i++) {
            long time = from + i * MINUTE / EVENTS_A_MINUTE;
            long id = ids++;
            double cause = random.nextGaussian();
            send(
                    "events",
                    id,
                    time,
                    "{\"id\":%d,\"time\":%d,\"cause\":%s,\"noise\":%s}"
                            .formatted(id, time, cause, random.nextGaussian()));
            send(
                    "truths",
                    id,
                    time + LABEL_DELAY,
                    "{\"id\":%d,\"time\":%d,\"is_so\":%s}"
                            .formatted(id, time + LABEL_DELAY, cause > 0));
        }
        producer.flush();
    }

    private void alert(String state, long since) {
        String time = Instant.ofEpochMilli(since).toString();
        send(
                spec().output().alerts(),
                0,
                since,
                """
                {"incident":"drift/risk/1//1","state":"%s","severity":"WARNING","source":"DRIFT","window_start":"%s","window_end":"%s",
                 "since":"%s","model_name":"risk","model_version":"1","segment":"","rows":100,"reference_version":"","summary":"drift",
                 "culprits":[]}
                """
                        .formatted(state, time, time, time));
        producer.flush();
    }

    // A record that was not written is missed by whoever waits for what follows from it.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void send(String topic, long id, long time, String json) {
        producer.send(
                new ProducerRecord<>(
                        topic, (int) (id % PARTITIONS), time, null, json.getBytes(UTF_8)));
    }

    /** A logistic regression over both features. */
    private void register(String version, double cause, double noise) throws Exception {
        Path saved = Files.createDirectories(folder.resolve("saved").resolve(version));
        Path model = saved.resolve("model.data");
        try (var out = new DataOutputStream(Files.newOutputStream(model))) {
            out.writeInt(2);
            out.writeDouble(cause);
            out.writeDouble(noise);
            out.writeLong(0);
        }
        String golden = "1,1," + 1 / (1 + Math.exp(-cause - noise));
        Path rows =
                Files.writeString(saved.resolve("golden.csv"), "cause,noise,raw\n" + golden + "\n");
        Files.writeString(
                saved.resolve("metadata.json"),
                String.format(
                        Locale.ROOT,
                        """
                        {"version": "%s", "engine": "flink-ml", "digest": "%s", "bytes": %d,
                         "servable": {"className": "org.apache.flink.ml.classification.logisticregression.LogisticRegressionModel",
                          "timestamp": 1, "paramMap": {"featuresCol": "x", "rawPredictionCol": "raw"}},
                         "inputs": [{"name": "x", "type": "float64", "shape": [-1, 2], "features": ["cause", "noise"]}],
                         "output": {"name": "raw", "type": "float64", "shape": [-1, 2], "meaning": "a test"},
                         "golden": {"digest": "%s", "bytes": %d}}
                        """,
                        version,
                        digest(model),
                        Files.size(model),
                        digest(rows),
                        Files.size(rows)));
        registry.register("risk", saved);
    }

    private static String digest(Path path) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path));
        return "sha256:" + HexFormat.of().formatHex(digest);
    }
}
