package io.millrace.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.jobs.local.LocalFlink;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.jobs.pipeline.RunningJob;
import io.millrace.jobs.simulator.SimulatorConfig;
import io.millrace.record.ModelUpdate;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import io.millrace.sink.TopicPlan;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.SpecParser;
import io.millrace.tests.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Versions that follow each other while transactions flow, and the same again from the beginning.
 */
class ModelSwapITCase {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final int TRANSACTIONS_AT_A_TIME = 1_500;
    private static final int TRANSACTIONS_A_DAY = 100;
    private static final int SIMULATED_DAYS = 60;

    @TempDir private Path folder;

    /** What a committed score says, and how often it was said. */
    private record Scored(Instant eventTime, String version, double score, String route) {}

    @Test
    void everyScoreIsOfTheVersionOfItsTimeAndAReplayGivesTheSameBits() throws Exception {
        Path models = registerTwoVersions();
        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of());
                var feed =
                        new SimulatedFeed(
                                kafka.bootstrapServers(),
                                SimulatorConfig.ofCustomers(5, SIMULATED_DAYS, 80),
                                0)) {
            PipelineSpec live = pipeline(kafka, models, "live", 64);
            TopicPlan.of(live).create(SimulatedFeed.PARTITIONS, (short) 1, ANSWER);
            var registry = ModelRegistry.inDirectory(models, folder.resolve("cache"));
            ModelVersion first = registry.version("card-fraud", "1");
            ModelVersion second = registry.version("card-fraud", "2");
            announce(live, first, Instant.EPOCH);

            Map<Long, Scored> scored;
            Instant swap;
            Instant rollback;
            try (var flink = LocalFlink.start(folder.resolve("flink"), 2, 0)) {
                var job = RunningJob.submit(flink.client(), new PipelineJob(live, first).graph(2));
                swap = announceAhead(kafka, live, feed, second);
                rollback = announceAhead(kafka, live, feed, first);
                feed.publish(TRANSACTIONS_AT_A_TIME);
                feed.publishClosing();
                scored = scores(kafka, live, count -> count >= feed.good());
                job.cancel();
            }
            assertThat(scored).hasSize(feed.good());
            for (Scored score : scored.values()) {
                boolean isSecond =
                        !score.eventTime.isBefore(swap) && score.eventTime.isBefore(rollback);
                assertThat(score.version).isEqualTo(isSecond ? "2" : "1");
                assertThat(score.route).isEqualTo("CHAMPION");
            }
            assertThat(scored.values()).extracting(Scored::version).contains("1", "2");

            PipelineSpec replay = pipeline(kafka, models, "replay", 7);
            TopicPlan.of(replay).create(1, (short) 1, ANSWER);
            try (var flink = LocalFlink.start(folder.resolve("flink-again"), 1, 0)) {
                var job =
                        RunningJob.submit(flink.client(), new PipelineJob(replay, second).graph(1));
                assertThat(scores(kafka, replay, count -> count >= feed.good())).isEqualTo(scored);
                job.cancel();
            }
        }
    }

    @Test
    void aCanaryAnswersItsShareAndIsAShadowOfTheRestAndAReplayAgrees() throws Exception {
        Path models = registerTwoVersions();
        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of());
                var feed =
                        new SimulatedFeed(
                                kafka.bootstrapServers(),
                                SimulatorConfig.ofCustomers(40, SIMULATED_DAYS, 80),
                                0)) {
            PipelineSpec live = pipeline(kafka, models, "live", 64);
            TopicPlan.of(live).create(SimulatedFeed.PARTITIONS, (short) 1, ANSWER);
            var registry = ModelRegistry.inDirectory(models, folder.resolve("cache"));
            ModelVersion champion = registry.version("card-fraud", "1");
            announce(live, champion, Instant.EPOCH);
            challenge(live, registry.version("card-fraud", "2"), Instant.EPOCH);
            feed.publish(TRANSACTIONS_AT_A_TIME);
            feed.publishClosing();

            Map<Long, Scored> scored;
            try (var flink = LocalFlink.start(folder.resolve("flink"), 2, 0)) {
                var job =
                        RunningJob.submit(flink.client(), new PipelineJob(live, champion).graph(2));
                scored = scores(kafka, live, count -> count >= feed.good());
                Map<Long, Scored> answered = new TreeMap<>(scored);
                answered.values().removeIf(score -> !score.route.equals("CHAMPION"));
                Map<Long, Scored> shadows =
                        read(kafka, live.output().shadows(), count -> count > 0);
                // On a busy machine a shadow may have no time for some.
                assertThat(answered.keySet()).containsAll(shadows.keySet());
                assertThat(shadows.values()).extracting(Scored::version).containsOnly("2");
                assertThat(watched(kafka, live))
                        .containsOnly("1 CHAMPION", "2 CHALLENGER", "2 SHADOW");
                job.cancel();
            }
            assertThat(scored).hasSize(feed.good());
            assertThat(scored.values())
                    .extracting(score -> score.version + " " + score.route)
                    .containsOnly("1 CHAMPION", "2 CHALLENGER");

            PipelineSpec replay = pipeline(kafka, models, "replay", 7);
            TopicPlan.of(replay).create(1, (short) 1, ANSWER);
            try (var flink = LocalFlink.start(folder.resolve("flink-again"), 1, 0)) {
                var job =
                        RunningJob.submit(
                                flink.client(), new PipelineJob(replay, champion).graph(1));
                assertThat(scores(kafka, replay, count -> count >= feed.good())).isEqualTo(scored);
                job.cancel();
            }
        }
    }

    /** Whose quality is reported, until that is three. */
    private static Set<String> watched(LocalKafka kafka, PipelineSpec spec) {
        Set<String> watched = new HashSet<>();
        CommittedRecords.read(
                kafka.bootstrapServers(),
                List.of(spec.output().quality()),
                PATIENCE,
                () -> watched.size() >= 3,
                record -> {
                    JsonNode report = CommittedRecords.json(record);
                    watched.add(
                            "%s %s"
                                    .formatted(
                                            report.get("model_version").asText(),
                                            report.get("route").asText()));
                });
        return watched;
    }

    private static void challenge(PipelineSpec spec, ModelVersion version, Instant from) {
        Announcing.announce(
                spec,
                new ModelUpdate(
                        version.name(),
                        version.version(),
                        version.digest(),
                        ModelUpdate.Role.CHALLENGER,
                        0.4,
                        from.toEpochMilli(),
                        from.toEpochMilli(),
                        "a test"));
    }

    /**
     * Announces a version for two days after what has been published, and publishes a day's
     * transactions, so that they are scored before the version's time comes.
     */
    private static Instant announceAhead(
            LocalKafka kafka, PipelineSpec spec, SimulatedFeed feed, ModelVersion version) {
        feed.publish(TRANSACTIONS_AT_A_TIME);
        Instant from = feed.newest().plus(Duration.ofDays(2));
        announce(spec, version, from);
        int before = feed.good();
        feed.publish(TRANSACTIONS_A_DAY);
        assertThat(feed.newest()).isBefore(from);
        scores(kafka, spec, count -> count >= before);
        return from;
    }

    private static void announce(PipelineSpec spec, ModelVersion version, Instant from) {
        Announcing.announce(
                spec,
                new ModelUpdate(
                        version.name(),
                        version.version(),
                        version.digest(),
                        from.toEpochMilli(),
                        from.toEpochMilli(),
                        "a test"));
    }

    /** Committed scores by transaction, read from the beginning until there are enough. */
    private static Map<Long, Scored> scores(
            LocalKafka kafka, PipelineSpec spec, IntPredicate isEnough) {
        return read(kafka, spec.output().scores(), isEnough);
    }

    private static Map<Long, Scored> read(LocalKafka kafka, String topic, IntPredicate isEnough) {
        Map<Long, Scored> scored = new TreeMap<>();
        CommittedRecords.read(
                kafka.bootstrapServers(),
                List.of(topic),
                PATIENCE,
                () -> isEnough.test(scored.size()),
                record -> {
                    JsonNode json = CommittedRecords.json(record);
                    Scored before =
                            scored.put(
                                    json.get("event_id").asLong(),
                                    new Scored(
                                            Instant.parse(json.get("event_time").asText()),
                                            json.get("model_version").asText(),
                                            json.get("score").asDouble(),
                                            json.path("route").asText()));
                    assertThat(before).as("a score that came before").isNull();
                });
        return scored;
    }

    private static PipelineSpec pipeline(LocalKafka kafka, Path models, String name, int rows) {
        Path file = Repository.path("jobs/pipelines/card-fraud.yaml");
        String text =
                Repository.text("jobs/pipelines/card-fraud.yaml")
                        .replace("pipeline: card-fraud", "pipeline: " + name)
                        .replace("registry: models", "registry: " + models)
                        .replace("rows: 64", "rows: " + rows)
                        .replace("card-fraud.", name + ".")
                        .replace("output:\n", "output:\n  models: announced\n")
                        .replace("interval: 10 s", "interval: 500 ms");
        return SpecParser.parse(
                        file,
                        text,
                        Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers())::get)
                .spec();
    }

    /** The network of the repository as version 1, its trees as version 2. */
    private Path registerTwoVersions() throws IOException {
        Path models = folder.resolve("models");
        register("card-fraud", models, "1");
        register("card-fraud-trees", models, "2");
        return models;
    }

    private static void register(String model, Path models, String version) throws IOException {
        Path from = Repository.path("jobs/pipelines/models/" + model + "/1");
        Path to = Files.createDirectories(models.resolve("card-fraud").resolve(version));
        Files.copy(from.resolve("model.onnx"), to.resolve("model.onnx"));
        Files.copy(from.resolve("golden.csv"), to.resolve("golden.csv"));
        var metadata = (ObjectNode) JSON.readTree(from.resolve("metadata.json").toFile());
        metadata.put("name", "card-fraud").put("version", version);
        JSON.writeValue(to.resolve("metadata.json").toFile(), metadata);
    }
}
