package io.millrace.tests.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.tests.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./millrace validate} says, word by word. */
class ValidateITCase {
    @TempDir Path folder;

    private Path pipeline;

    @BeforeEach
    void copyThePipeline() throws IOException {
        Path source = Repository.path("jobs/pipelines");
        pipeline = folder.resolve("card-fraud.yaml");
        Files.copy(source.resolve("card-fraud.yaml"), pipeline);
        try (Stream<Path> files = Files.walk(source.resolve("models/card-fraud"))) {
            for (Path file : files.toList()) {
                Path copy = folder.resolve(source.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    @Test
    void aValidPipelineIsDescribed() {
        assertSays("valid", 0, "card-fraud.yaml");
    }

    @Test
    void aMissingFileIsNamed() {
        assertSays("missing-file", 2, "nowhere.yaml");
    }

    @Test
    void aFolderIsNoPipeline() {
        assertSays("folder", 2, "models");
    }

    @Test
    void brokenYamlIsShownWhereItBreaks() throws IOException {
        change("events:", "events: [");
        assertSays("broken-yaml", 2, "card-fraud.yaml");
    }

    @Test
    void allMistakesAreReportedAtOnce() throws IOException {
        change("expectations:", "expectation:");
        change("threshold: 0.5", "threshold: high");
        change("of: amount, window: 1 d", "of: amont, window: 1 d");
        assertSays("mistakes", 2, "card-fraud.yaml");
    }

    @Test
    void anOrderOfFeaturesThatIsNotTheModelsIsShownLineByLine() throws IOException {
        change("{name: TX_AMOUNT, expression: amount}", "{name: AMOUNT, expression: amount}");
        assertSays("feature-order", 2, "card-fraud.yaml");
    }

    @Test
    void aRegistryThatIsNotThereIsNamed() throws IOException {
        change("registry: models", "registry: elsewhere");
        assertSays("missing-registry", 2, "card-fraud.yaml");
    }

    @Test
    void aModelThatIsNotThereIsNamed() throws IOException {
        change("name: card-fraud\n  alias", "name: card-fraude\n  alias");
        assertSays("missing-model", 2, "card-fraud.yaml");
    }

    @Test
    void anAliasThatPointsNowhereIsNamed() throws IOException {
        change("alias: champion", "alias: challenger");
        assertSays("unset-alias", 2, "card-fraud.yaml");
    }

    @Test
    void aDamagedModelIsRefusedByItsDigest() throws IOException {
        Path model = folder.resolve("models/card-fraud/1/model.onnx");
        byte[] bytes = Files.readAllBytes(model);
        bytes[bytes.length / 2] ^= 1;
        Files.write(model, bytes);
        assertSays("damaged-model", 2, "card-fraud.yaml");
    }

    @Test
    void aModelThatIsMissingFromItsVersionIsNamed() throws IOException {
        Files.delete(folder.resolve("models/card-fraud/1/model.onnx"));
        assertSays("missing-artifact", 2, "card-fraud.yaml");
    }

    @Test
    void anUnknownCommandIsBadInput() {
        var launched = Launched.run(folder, "validat", "card-fraud.yaml");
        assertThat(launched.exitCode()).isEqualTo(2);
        assertThat(launched.output()).contains("validat").contains("--help");
    }

    private void change(String what, String instead) throws IOException {
        String text = Files.readString(pipeline);
        assertThat(text).contains(what);
        Files.writeString(pipeline, text.replace(what, instead));
    }

    private void assertSays(String golden, int exitCode, String file) {
        var launched = Launched.run(folder, "validate", file);
        Golden.assertSame(
                Repository.path("tests/src/test/resources/launcher/" + golden + ".txt"),
                launched.output().replace(folder.toString(), "<folder>"));
        assertThat(launched.exitCode()).isEqualTo(exitCode);
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
    }
}
