package io.millrace.tests.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.monitor.ReferenceProfile;
import io.millrace.tests.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./millrace profile} says, word by word, and what it leaves behind. */
class ProfileITCase {
    /** Three rows, one of which has no amount, and one that warms. */
    private static final String SET =
            """
            event_id,event_time,entity,TX_AMOUNT,TX_DURING_WEEKEND,TX_DURING_NIGHT,warming
            1,2026-01-01T00:00:00Z,7,10,0,1,
            2,2026-01-01T00:00:00Z,7,20,1,0,
            3,2026-01-01T00:00:00Z,7,,1,0,
            4,2026-01-01T00:00:00Z,7,1000000,1,0,TX_AMOUNT
            """;

    @TempDir Path folder;

    @BeforeEach
    void copyThePipeline() throws IOException {
        Path source = Repository.path("jobs/pipelines");
        Files.copy(source.resolve("card-fraud.yaml"), folder.resolve("card-fraud.yaml"));
        try (Stream<Path> files = Files.walk(source.resolve("models/card-fraud"))) {
            for (Path file : files.toList()) {
                Path copy = folder.resolve(source.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        Files.writeString(folder.resolve("set.csv"), SET);
    }

    @Test
    void theProfileLiesBesideItsVersion() throws IOException {
        Path profile = folder.resolve("models/card-fraud/1/profile.json");
        Files.delete(profile);

        assertSays("profiled", 0, launch("--training-set", "set.csv"));

        byte[] bytes = Files.readAllBytes(profile);
        var read = ReferenceProfile.read(bytes);
        assertThat(read.model() + "/" + read.version()).isEqualTo("card-fraud/1");
        JsonNode json = new ObjectMapper().readTree(bytes);
        assertThat(json.at("/series/0/name").asText()).isEqualTo("TX_AMOUNT");
        assertThat(json.at("/series/0/rows").asInt()).isEqualTo(3);
        assertThat(json.at("/series/0/missing").asInt()).isEqualTo(1);
        assertThat(json.at("/series/0/max").asDouble()).isEqualTo(20);
        assertThat(json.at("/series/1/top").toString()).isEqualTo("[\"1\",\"0\"]");
        assertThat(json.at("/series/15/role").asText()).isEqualTo("score");
        assertThat(json.at("/series/15/rows").asInt()).isPositive();
        assertThat(json.at("/series/16/role").asText()).isEqualTo("decision");
        assertNothingElseIsIn(profile.getParent());
    }

    @Test
    void theProfileOfAnotherVersionGoesWhereItIsAskedTo() {
        assertSays(
                "profile-unknown-version",
                2,
                launch("--training-set", "set.csv", "--model", "card-fraud/7"));
        assertSays(
                "profile-no-version", 2, launch("--training-set", "set.csv", "--model", "trees"));
        var launched =
                launch(
                        "--training-set",
                        "set.csv",
                        "--model",
                        "card-fraud/1",
                        "--output",
                        "mine.json");
        assertThat(launched.exitCode()).isZero();
        assertThat(folder.resolve("mine.json")).exists();
    }

    @Test
    void whatIsNoTrainingSetIsNamed() throws IOException {
        assertSays("profile-missing-file", 2, launch("--training-set", "nowhere.csv"));
        Files.writeString(folder.resolve("set.jsonl"), "{}");
        assertSays("profile-json-lines", 2, launch("--training-set", "set.jsonl"));
        Files.writeString(folder.resolve("words.csv"), SET.replace("10,0,1", "much,0,1"));
        assertSays("profile-words", 2, launch("--training-set", "words.csv"));
    }

    private Launched launch(String... more) {
        var arguments = new ArrayList<>(List.of("profile", "card-fraud.yaml"));
        arguments.addAll(List.of(more));
        return Launched.run(folder, arguments.toArray(String[]::new));
    }

    private void assertSays(String golden, int exitCode, Launched launched) {
        Golden.assertSame(
                Repository.path("tests/src/test/resources/launcher/" + golden + ".txt"),
                launched.output()
                        .replace(folder.toString(), "<folder>")
                        // Another processor rounds the scores otherwise.
                        .replaceAll("sha256:[0-9a-f]{64}", "sha256:<digest>"));
        assertThat(launched.exitCode()).isEqualTo(exitCode);
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
    }

    private static void assertNothingElseIsIn(Path version) throws IOException {
        try (Stream<Path> files = Files.list(version)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "golden.csv", "metadata.json", "model.onnx", "profile.json");
        }
    }
}
