package io.millrace.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.jobs.local.LocalFlink;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.models.ModelTrial;
import io.millrace.jobs.models.Promotion;
import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.jobs.pipeline.RunningJob;
import io.millrace.record.ModelUpdate;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import io.millrace.sink.TopicPlan;
import io.millrace.spec.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One job that scores with the model of each event's country, and a replay of it. */
class ManyModelsITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final int EVENTS = 3_000;
    private static final long CARDS = 20;

    /** Events of one country come in runs of so many, so that models must come and go. */
    private static final int RUN = 100;

    private static final long SWAP_MILLIS = 1_700_000_001_500L;
    private static final List<String> COUNTRIES = List.of("de", "fr", "it", "xx");

    @TempDir private Path folder;

    /** What became of an event. */
    private record Outcome(String model, String version, double score, String refusal) {}

    @Test
    void eachEventIsScoredByTheModelOfItsCountryAndAReplayGivesTheSameBits() throws Exception {
        register("fraud-de", "1", "sum");
        register("fraud-fr", "1", "classes");
        register("fraud-fr", "2", "sum");
        register("fraud-it", "1", "log");
        register("fraud-it", "2", "sum");
        // Of another name, and without the alias: neither is one of these.
        register("risk-de", "1", "sum");
        register("fraud-es", "1", "sum");
        Files.delete(folder.resolve("models/fraud-es/aliases.json"));
        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of())) {
            // Each counts as a little more than one mebibyte: two fit.
            PipelineFile live = pipeline(kafka, "live", 64, "3 MiB");
            TopicPlan.of(live.spec()).create(2, (short) 1, ANSWER);
            CountryPipelines.publish(kafka, live, EVENTS, ManyModelsITCase::event);
            List<ModelVersion> models = begin(live);
            assertThat(models).hasToString("[fraud-de/1, fraud-fr/1, fraud-it/1]");
            announceSecondFrench(live);
            announceItalianChallenger(live);

            Map<Long, Outcome> outcomes = run(kafka, live, models, 2);
            assertThat(outcomes).hasSize(EVENTS);
            outcomes.forEach(ManyModelsITCase::assertIsOfItsCountry);
            assertEachItalianCardHasOneVersion(outcomes);

            // The same events, as another pipeline reads them.
            PipelineFile replay = pipeline(kafka, "replay", 7, "64 MiB");
            TopicPlan.of(replay.spec()).create(2, (short) 1, ANSWER);
            assertThat(run(kafka, replay, models, 1)).isEqualTo(outcomes);
        }
    }

    @Test
    void aModelThatIsLargerThanTheMemoryIsRefusedAtItsLine() throws Exception {
        register("fraud-de", "1", "sum");
        PipelineFile file = read("localhost:9092", "live", 64, "1 MiB");
        assertThatThrownBy(() -> file.models(folder.resolve("cache")))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining(
                        "model.memory is 1 MiB, and fraud-de/1 alone counts as 2 MiB; it must be at"
                                + " least that");
    }

    private static void assertIsOfItsCountry(long id, Outcome outcome) {
        String country = country(id);
        if (country.equals("xx")) {
            assertThat(outcome.refusal).isEqualTo("MODEL_UNKNOWN");
        } else {
            boolean isSecond = country.equals("fr") && timeMillis(id) >= SWAP_MILLIS;
            assertThat(outcome.model).isEqualTo("fraud-" + country);
            boolean isOfChallenger = isChallenged(id) && outcome.version.equals("2");
            assertThat(outcome.version).isEqualTo(isSecond || isOfChallenger ? "2" : "1");
            if (country.equals("de") || isSecond || isOfChallenger) {
                assertThat(outcome.score).isEqualTo(id % 2 == 0 ? 1.0 : 2.0);
            }
        }
    }

    private static boolean isChallenged(long id) {
        return country(id).equals("it") && timeMillis(id) >= SWAP_MILLIS;
    }

    private static void assertEachItalianCardHasOneVersion(Map<Long, Outcome> outcomes) {
        Map<Long, String> versions = new TreeMap<>();
        outcomes.forEach(
                (id, outcome) -> {
                    if (isChallenged(id)) {
                        String before = versions.putIfAbsent(id % CARDS, outcome.version);
                        assertThat(before == null ? outcome.version : before)
                                .isEqualTo(outcome.version);
                    }
                });
        assertThat(versions).containsValue("1").containsValue("2");
    }

    private static String country(long id) {
        return COUNTRIES.get((int) ((id / RUN) % COUNTRIES.size()));
    }

    private static long timeMillis(long id) {
        return 1_700_000_000_000L + id;
    }

    private List<ModelVersion> begin(PipelineFile file) {
        Path cache = folder.resolve("cache");
        List<ModelVersion> models = file.models(cache);
        var promotion = new Promotion(file, ModelTrial.STANDARD, cache, "test");
        List<ModelUpdate> begun = promotion.begin(models, 1);
        assertThat(begun).hasSize(3).allSatisfy(update -> assertThat(update.fromMillis()).isZero());
        assertThat(promotion.begin(models, 1)).as("a second start").isEmpty();
        return models;
    }

    private void announceSecondFrench(PipelineFile file) {
        var registry = ModelRegistry.inDirectory(folder.resolve("models"), folder.resolve("cache"));
        ModelVersion second = registry.version("fraud-fr", "2");
        Announcing.announce(
                file.spec(),
                new ModelUpdate(
                        second.name(),
                        second.version(),
                        second.digest(),
                        SWAP_MILLIS,
                        1,
                        "a test"));
    }

    private void announceItalianChallenger(PipelineFile file) {
        var registry = ModelRegistry.inDirectory(folder.resolve("models"), folder.resolve("cache"));
        ModelVersion second = registry.version("fraud-it", "2");
        Announcing.announce(
                file.spec(),
                new ModelUpdate(
                        second.name(),
                        second.version(),
                        second.digest(),
                        ModelUpdate.Role.CHALLENGER,
                        0.5,
                        SWAP_MILLIS,
                        1,
                        "a test"));
    }

    private Map<Long, Outcome> run(
            LocalKafka kafka, PipelineFile file, List<ModelVersion> models, int parallelism)
            throws Exception {
        var output = file.spec().output();
        Map<Long, Outcome> outcomes = new TreeMap<>();
        try (var flink = LocalFlink.start(folder.resolve(file.spec().pipeline()), parallelism, 0)) {
            var job =
                    RunningJob.submit(
                            flink.client(),
                            new PipelineJob(file.spec(), models).graph(parallelism));
            CommittedRecords.read(
                    kafka.bootstrapServers(),
                    List.of(output.scores(), output.deadLetters()),
                    PATIENCE,
                    () -> outcomes.size() >= EVENTS,
                    record -> {
                        JsonNode json = CommittedRecords.json(record);
                        Outcome before =
                                outcomes.put(
                                        json.get("event_id").asLong(),
                                        new Outcome(
                                                json.path("model_name").asText(),
                                                json.path("model_version").asText(),
                                                json.path("score").asDouble(),
                                                json.path("reason").asText()));
                        assertThat(before).as("what became of it before").isNull();
                    });
            job.cancel();
        }
        return outcomes;
    }

    private static String event(long id) {
        return "{\"id\": %d, \"at\": %d, \"card\": \"card-%d\", \"country\": \"%s\", \"a\": 1, \"b\": %d}"
                .formatted(id, timeMillis(id), id % CARDS, country(id), id % 2);
    }

    private PipelineFile pipeline(LocalKafka kafka, String name, int rows, String memory)
            throws IOException {
        return read(kafka.bootstrapServers(), name, rows, memory);
    }

    private PipelineFile read(String servers, String name, int rows, String memory)
            throws IOException {
        return new CountryPipelines(folder)
                .read(servers, name, "memory: %s\nbatch: {rows: %d}".formatted(memory, rows), "");
    }

    private void register(String name, String version, String model) throws Exception {
        new CountryPipelines(folder).register(name, version, model);
    }
}
