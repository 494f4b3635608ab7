package io.millrace.tests.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.tests.Repository;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A version's way from a folder to the one that answers, and back. */
class ModelsITCase {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static LocalKafka kafka;

    @TempDir private Path folder;

    private Path pipeline = Path.of("");

    @BeforeAll
    static void startKafka() {
        kafka = LocalKafka.start();
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    /** A pipeline of its own for each test: a registry with version 1, and topics. */
    @BeforeEach
    void describe() throws IOException {
        String name = "p" + UUID.randomUUID();
        Path registered = folder.resolve("models/card-fraud");
        copy("card-fraud", registered.resolve("1"), "1");
        Files.writeString(registered.resolve("aliases.json"), "{\"champion\": \"1\"}");
        pipeline =
                Files.writeString(
                        folder.resolve("pipeline.yaml"),
                        Repository.text("jobs/pipelines/card-fraud.yaml")
                                .replace("pipeline: card-fraud", "pipeline: " + name)
                                .replace("card-fraud.", name + "."));
        assertThat(launch("topics", pipeline.toString()).exitCode()).isZero();
    }

    @Test
    void aVersionIsRegisteredTriedPromotedAndRolledBack() throws Exception {
        copy("card-fraud-trees", folder.resolve("trained"), "2");
        said("register", folder.resolve("trained").toString(), "card-fraud/2 is registered");

        try (var run = launch("run", pipeline.toString(), "--folder", "state")) {
            run.awaitOutput("Running. Ctrl-C stops with a savepoint");

            said("promote", "2", "card-fraud/2 answers from event time");
            assertThat(aliases()).isEqualTo("2");
            var back =
                    launch(
                            "models",
                            "rollback",
                            pipeline.toString(),
                            "--reason",
                            "too many alarms");
            assertThat(back.exitCode()).as(back.output()).isZero();
            assertThat(back.output()).contains("card-fraud/1 answers from event time");
            assertThat(aliases()).isEqualTo("1");

            run.interrupt();
            assertThat(run.exitCode()).isEqualTo(130);
        }
        String timeline = said("timeline", null, "from the beginning");
        assertThat(timeline.lines().filter(line -> line.contains("announced")))
                .hasSize(3)
                .satisfiesExactly(
                        first -> assertThat(first).contains("card-fraud/1", "the first start"),
                        second -> assertThat(second).contains("card-fraud/2", "promoted"),
                        third ->
                                assertThat(third)
                                        .contains("card-fraud/1", "rolled back from card-fraud/2"));
        assertThat(said("list", null, "card-fraud in"))
                .contains("champion")
                .contains("average_precision 0.7");
        assertThat(said("audit", null, "promote").lines())
                .satisfiesExactly(
                        first ->
                                assertThat(first)
                                        .contains("promote card-fraud/1 by", "first start"),
                        second ->
                                assertThat(second)
                                        .contains(
                                                "promote card-fraud/2 by "
                                                        + System.getProperty("user.name")
                                                        + "@",
                                                ": promoted"),
                        third ->
                                assertThat(third)
                                        .contains(
                                                "roll back card-fraud/1 by",
                                                "rolled back from card-fraud/2: too many alarms"));
    }

    @Test
    void oneOfManyModelsIsRegisteredPromotedAndRolledBack() throws Exception {
        for (String customer : List.of("7", "8")) {
            Path registered = folder.resolve("models/fraud-" + customer);
            copy("card-fraud", "fraud-" + customer, registered.resolve("1"), "1");
            Files.writeString(registered.resolve("aliases.json"), "{\"champion\": \"1\"}");
        }
        copy("card-fraud-trees", "fraud-7", folder.resolve("trained"), "2");
        Files.writeString(
                pipeline,
                Files.readString(pipeline)
                        .replaceFirst("(?m)^monitor:\\n(  .*\\n)+", "")
                        .replace("name: card-fraud\n", "name: fraud-${customer_id}\n"));

        try (var run = launch("run", pipeline.toString(), "--folder", "state")) {
            run.awaitOutput("scored by fraud-7/1, fraud-8/1");
            run.awaitOutput("Running. Ctrl-C stops with a savepoint");
            run.interrupt();
            assertThat(run.exitCode()).isEqualTo(130);
        }
        String trained = folder.resolve("trained").toString();
        saidOf("fraud-7", "register", trained, "fraud-7/2 is registered");
        saidOf("fraud-7", "promote", "2", "fraud-7/2 answers from event time");
        assertThat(aliases("fraud-7")).isEqualTo("2");
        assertThat(aliases("fraud-8")).isEqualTo("1");
        var never = launch("models", "rollback", pipeline.toString(), "--model", "fraud-8");
        assertThat(never.exitCode()).isEqualTo(2);
        assertThat(never.output())
                .contains("no other version has answered for fraud-8; promote one instead");
        saidOf("fraud-7", "rollback", null, "fraud-7/1 answers from event time");

        assertThat(said("timeline", null, "from the beginning").lines())
                .satisfiesExactly(
                        first -> assertThat(first).contains("fraud-7/1", "the first start"),
                        second ->
                                assertThat(second)
                                        .contains("fraud-8/1", "the first start")
                                        .doesNotContain("revoked"),
                        third -> assertThat(third).contains("fraud-7/2", "promoted"),
                        fourth -> assertThat(fourth).contains("fraud-7/1", "rolled back from"));
        assertThat(said("list", null, "fraud-7 in")).contains("fraud-8 in");

        var nobody = launch("models", "promote", pipeline.toString(), "2");
        assertThat(nobody.exitCode()).isEqualTo(2);
        assertThat(nobody.output())
                .contains("model.name is of many models, fraud-${customer_id}; say which with");
        assertThat(saidOf("fraud-7", "challenge", "2", "fraud-7/2 is a shadow from event time"))
                .contains("./millrace models retire", "--model fraud-7");
        var other = launch("models", "retire", pipeline.toString(), "--model", "fraud-8");
        assertThat(other.exitCode()).isEqualTo(1);
        assertThat(other.output()).contains("no version challenges for fraud-8");
        saidOf("fraud-7", "retire", null, "fraud-7/2 challenges no longer from event time");
        Path small =
                Files.writeString(
                        folder.resolve("small.yaml"),
                        Files.readString(pipeline)
                                .replaceFirst(
                                        "(?m)^( *)name: (fraud-.*)$",
                                        "$1name: $2\n$1memory: 2 MiB"));
        var crowded = launch("models", "challenge", small.toString(), "2", "--model", "fraud-7");
        assertThat(crowded.exitCode()).isEqualTo(2);
        assertThat(crowded.output())
                .contains("model.memory is 2097152 bytes, and fraud-7/1 and fraud-7/2 count as");

        // Somebody else moves one alias and adds a model.
        Files.writeString(folder.resolve("models/fraud-7/aliases.json"), "{\"champion\": \"2\"}");
        copy("card-fraud", "fraud-9", folder.resolve("models/fraud-9/1"), "1");
        var unanswered =
                launch("models", "challenge", pipeline.toString(), "1", "--model", "fraud-9");
        assertThat(unanswered.exitCode()).isEqualTo(2);
        assertThat(unanswered.output()).contains("no version of fraud-9 answers yet");
        Files.writeString(folder.resolve("models/fraud-9/aliases.json"), "{\"champion\": \"1\"}");
        try (var watch = launch("models", "watch", pipeline.toString(), "--every-seconds", "1")) {
            watch.awaitOutput("fraud-7/2 answers from event time 2");
            watch.awaitOutput("fraud-9/1 answers from event time 2");
            watch.interrupt();
            assertThat(watch.exitCode()).isEqualTo(130);
        }
    }

    private String saidOf(
            String model, String command, @Nullable String argument, String sentence) {
        var launched =
                argument == null
                        ? launch("models", command, pipeline.toString(), "--model", model)
                        : launch(
                                "models", command, pipeline.toString(), argument, "--model", model);
        assertThat(launched.exitCode()).as(launched.output()).isZero();
        assertThat(launched.output()).contains(sentence);
        return launched.output();
    }

    @Test
    void aGuardNeedsRulesAndEndsWhereThereIsNothingToDecide() throws Exception {
        var none = launch("models", "guard", pipeline.toString());
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.output()).contains("has no monitor.guard section");

        String text = Files.readString(pipeline);
        Files.writeString(
                pipeline,
                text.replace("monitor:\n", "monitor:\n  guard: {by: errors, promote: true}\n"));
        var valid = launch("validate", pipeline.toString());
        assertThat(valid.exitCode()).as(valid.output()).isZero();
        assertThat(valid.output()).contains("guard     by errors: promotes; p").contains(".audit");
        var once = launch("models", "guard", pipeline.toString(), "--once");
        assertThat(once.exitCode()).as(once.output()).isZero();
        assertThat(once.output()).contains("Guarding card-fraud@champion. Ctrl-C ends it.");
        said("audit", null, "Nothing was decided yet.");

        try (var guard = launch("models", "guard", pipeline.toString())) {
            guard.awaitOutput("Guarding card-fraud@champion");
            guard.interrupt();
            assertThat(guard.exitCode()).isEqualTo(130);
        }
    }

    @Test
    void aVersionThatTakesItsProcessOverTheLimitIsNotPromoted() throws Exception {
        Path greedy = Repository.path("operators/src/test/resources/models/greedy.onnx");
        registerTest(greedy);
        var promoted =
                launch(
                        "models",
                        "promote",
                        pipeline.toString(),
                        "greedy",
                        "--trial-megabytes",
                        "700");
        assertThat(promoted.exitCode()).as(promoted.output()).isEqualTo(1);
        assertThat(promoted.output())
                .contains("card-fraud/greedy takes over 700 MB of memory when it is tried");
        assertThat(aliases()).isEqualTo("1");
        said("timeline", null, "Nothing was announced yet");
    }

    @Test
    void aVersionThatIsNoModelIsNotPromoted() throws Exception {
        Path damaged = Files.writeString(folder.resolve("damaged.onnx"), "no model at all");
        registerTest(damaged);
        var promoted = launch("models", "promote", pipeline.toString(), "greedy");
        assertThat(promoted.exitCode()).isEqualTo(1);
        assertThat(promoted.output()).contains("is no model that ONNX Runtime can load");
        assertThat(aliases()).isEqualTo("1");
    }

    @Test
    void anAliasThatSomebodyElseMovesIsFollowed() throws Exception {
        copy("card-fraud-trees", folder.resolve("models/card-fraud/2"), "2");
        try (var watch = launch("models", "watch", pipeline.toString(), "--every-seconds", "1")) {
            watch.awaitOutput("card-fraud/1 answers from event time 1970-01-01T00:00:00Z on");
            Files.writeString(
                    folder.resolve("models/card-fraud/aliases.json"), "{\"champion\": \"2\"}");
            watch.awaitOutput("card-fraud/2 answers from event time");
            watch.interrupt();
            assertThat(watch.exitCode()).isEqualTo(130);
        }
    }

    @Test
    void aVersionChallengesAndIsRetired() throws Exception {
        copy("card-fraud-trees", folder.resolve("models/card-fraud/2"), "2");
        var shadow = launch("models", "challenge", pipeline.toString(), "2", "--share", "0.05");
        assertThat(shadow.exitCode()).as(shadow.output()).isZero();
        assertThat(shadow.output()).contains("card-fraud/2 answers 5 % from event time");
        assertThat(aliases()).isEqualTo("1");
        said("retire", null, "card-fraud/2 challenges no longer from event time");
        said("timeline", null, "is retired");

        var again = launch("models", "retire", pipeline.toString());
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.output()).contains("no version challenges for");
        var wrong = launch("models", "challenge", pipeline.toString(), "2", "--share", "5");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.output()).contains("--share is 5.0; it must be 0 to 1");
    }

    @Test
    void whatHasNeverAnsweredCannotBeRolledBackTo() {
        var rollback = launch("models", "rollback", pipeline.toString());
        assertThat(rollback.exitCode()).isEqualTo(1);
        assertThat(rollback.output()).contains("there is nothing to roll back");
    }

    /** Registers a file as version {@code greedy}, with the reference pipeline's features. */
    private void registerTest(Path model) throws Exception {
        Path to = folder.resolve("models/card-fraud/greedy");
        copy("card-fraud", to, "greedy");
        Files.delete(to.resolve("golden.csv"));
        Files.delete(to.resolve("model.onnx"));
        Files.copy(model, to.resolve("model.onnx"));
        var digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(model));
        var metadata = (ObjectNode) JSON.readTree(to.resolve("metadata.json").toFile());
        metadata.put("digest", "sha256:%064x".formatted(new BigInteger(1, digest)));
        metadata.put("bytes", Files.size(model));
        metadata.remove("golden");
        JSON.writeValue(to.resolve("metadata.json").toFile(), metadata);
    }

    private String aliases() throws IOException {
        return aliases("card-fraud");
    }

    private String aliases(String model) throws IOException {
        Path file = folder.resolve("models").resolve(model).resolve("aliases.json");
        return JSON.readTree(file.toFile()).get("champion").asText();
    }

    private static void copy(String model, Path to, String version) throws IOException {
        copy(model, "card-fraud", to, version);
    }

    private static void copy(String model, String name, Path to, String version)
            throws IOException {
        Path from = Repository.path("jobs/pipelines/models/" + model + "/1");
        Files.createDirectories(to);
        for (String file : List.of("model.onnx", "golden.csv")) {
            Files.copy(from.resolve(file), to.resolve(file));
        }
        var metadata = (ObjectNode) JSON.readTree(from.resolve("metadata.json").toFile());
        metadata.put("name", name).put("version", version);
        JSON.writeValue(to.resolve("metadata.json").toFile(), metadata);
    }

    private String said(String command, @Nullable String argument, String sentence) {
        var launched =
                argument == null
                        ? launch("models", command, pipeline.toString())
                        : launch("models", command, pipeline.toString(), argument);
        assertThat(launched.exitCode()).as(launched.output()).isZero();
        assertThat(launched.output()).contains(sentence);
        return launched.output();
    }

    private Launched launch(String... arguments) {
        return Launched.start(
                folder, Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()), arguments);
    }
}
