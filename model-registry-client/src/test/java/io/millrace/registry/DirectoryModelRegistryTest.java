package io.millrace.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.registry.ModelRegistryException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DirectoryModelRegistryTest extends ModelRegistryContract {
    private static final String GOLDEN =
            """
            AMOUNT,NIGHT,score
            1.5,0,0.25
            NaN,1.0,7.5e-01
            """;

    @TempDir Path folder;

    private Path root() {
        return folder.resolve("models");
    }

    @Override
    ModelRegistry registry() {
        return ModelRegistry.inDirectory(root(), cache);
    }

    @Override
    void publish(String model, String version, byte[] bytes) throws IOException {
        var place = Files.createDirectories(root().resolve(model).resolve(version));
        Files.write(place.resolve("model.onnx"), bytes);
        Files.writeString(place.resolve("golden.csv"), GOLDEN);
        Files.writeString(place.resolve("metadata.json"), metadata(model, version, bytes));
    }

    @Override
    void point(String model, String alias, String version) throws IOException {
        Files.writeString(
                root().resolve(model).resolve("aliases.json"),
                "{\"%s\": \"%s\"}".formatted(alias, version));
    }

    @Override
    void damage(String model, String version) throws IOException {
        var file = root().resolve(model).resolve(version).resolve("model.onnx");
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    @Override
    void takeAway() throws IOException {
        Files.move(root(), folder.resolve("elsewhere"));
    }

    @Test
    void aRootThatIsNotThereIsRefused() {
        assertRefused(Reason.REGISTRY_MISSING, () -> registry().resolve("fraud", "champion"))
                .withMessageContaining(root().toString());
    }

    @Test
    void aModelFileThatIsNotThereIsRefused() throws IOException {
        publish("fraud", "7", BYTES);
        Files.delete(root().resolve("fraud/7/model.onnx"));
        var registry = registry();

        assertRefused(
                Reason.ARTIFACT_MISSING, () -> registry.fetch(registry.version("fraud", "7")));
    }

    @Test
    void aModelFileOfAnotherSizeIsRefused() throws IOException {
        publish("fraud", "7", BYTES);
        Files.writeString(root().resolve("fraud/7/model.onnx"), "longer by far than registered");
        var registry = registry();

        assertRefused(Reason.DIGEST_DIFFERS, () -> registry.fetch(registry.version("fraud", "7")))
                .withMessageContaining("has 29 bytes; it must have the registered 20");
    }

    @Test
    void aLinkOutOfTheRootIsRefused() throws IOException {
        publish("fraud", "7", BYTES);
        var secret = Files.write(folder.resolve("secret"), BYTES);
        var model = root().resolve("fraud/7/model.onnx");
        Files.delete(model);
        Files.createSymbolicLink(model, secret);
        var registry = registry();

        assertRefused(Reason.PATH_REFUSED, () -> registry.fetch(registry.version("fraud", "7")))
                .withMessageContaining("must stay inside the registry");
    }

    @Test
    void aLinkedFolderOutOfTheRootIsRefused() throws IOException {
        publish("fraud", "7", BYTES);
        Files.move(root().resolve("fraud/7"), folder.resolve("outside"));
        Files.createSymbolicLink(root().resolve("fraud/7"), folder.resolve("outside"));

        assertRefused(Reason.PATH_REFUSED, () -> registry().version("fraud", "7"));
    }

    @Test
    void aLinkInsideTheRootIsFollowed() throws IOException {
        publish("fraud", "7", BYTES);
        Files.move(root().resolve("fraud/7"), root().resolve("fraud/..data"));
        Files.createSymbolicLink(root().resolve("fraud/7"), Path.of("..data"));
        var registry = registry();

        assertThat(registry.fetch(registry.version("fraud", "7"))).hasBinaryContent(BYTES);
    }

    @Test
    void metadataOfAnotherVersionIsRefused() throws IOException {
        publish("fraud", "7", BYTES);
        Files.copy(
                root().resolve("fraud/7"),
                Files.createDirectories(root().resolve("fraud")).resolve("8"));
        Files.copy(
                root().resolve("fraud/7/metadata.json"), root().resolve("fraud/8/metadata.json"));

        assertRefused(Reason.METADATA_UNREADABLE, () -> registry().version("fraud", "8"))
                .withMessageContaining("it describes fraud/7; it must describe fraud/8");
    }

    @Test
    void metadataThatIsTooLargeIsRefusedUnread() throws IOException {
        publish("fraud", "7", BYTES);
        Files.write(root().resolve("fraud/7/metadata.json"), new byte[(1 << 20) + 1]);

        assertRefused(Reason.METADATA_UNREADABLE, () -> registry().version("fraud", "7"))
                .withMessageContaining("larger than 1048576 bytes");
    }

    @Test
    void aModelThatIsTooLargeIsRefusedUnread() throws IOException {
        publish("fraud", "7", BYTES);
        replaceInMetadata("\"bytes\": 20,", "\"bytes\": 3000000000,");

        assertRefused(Reason.MODEL_TOO_LARGE, () -> registry().version("fraud", "7"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "name"             | "nome"            | name is missing; it must be text
                    "bytes": 20        | "bytes": "many"   | bytes is text; it must be a whole number
                    "bytes": 20        | "bytes": 0        | bytes is 0; it must be positive
                    sha256:            | md5:              | it must be sha256: and 64
                    "float32", "shape" | "int8", "shape"   | type is int8; it must be one of float32, float64
                    [-1, 2]            | [-1, 3]           | has 2 features; it must have 3
                    [-1, 2]            | [0, 2]            | holds 0; it must hold positive numbers
                    [-1, 2]            | [-1, "2"]         | an element of shape is text; it must be a whole number
                    "NIGHT"            | "AMOUNT"          | feature AMOUNT is twice
                    "output"           | "outputs"         | output is missing; it must be an object
                    0.9                | "good"            | metrics.roc_auc is text; it must be a number
                    {"name"            | ["name"           | it is not JSON at line 1
                    """)
    void metadataThatDoesNotSayWhatItMustIsRefused(String before, String after, String message)
            throws IOException {
        publish("fraud", "7", BYTES);
        replaceInMetadata(before, after);

        assertRefused(Reason.METADATA_UNREADABLE, () -> registry().version("fraud", "7"))
                .withMessageContaining("metadata.json: ")
                .withMessageContaining(message);
    }

    @Test
    void aVersionMayBeRegisteredWithoutGoldenRows() throws IOException {
        publish("fraud", "7", BYTES);
        replaceInMetadata("\"golden\"", "\"platinum\"");
        var registry = registry();

        assertThat(registry.golden(registry.version("fraud", "7"))).isEmpty();
    }

    @Test
    void changedGoldenRowsAreRefused() throws IOException {
        publish("fraud", "7", BYTES);
        Files.writeString(root().resolve("fraud/7/golden.csv"), GOLDEN.replace("0.25", "0.26"));
        var registry = registry();

        assertRefused(Reason.DIGEST_DIFFERS, () -> registry.golden(registry.version("fraud", "7")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    NIGHT,score | DAY,score | its first line names other columns
                    1.5,0,0.25  | 1.5,0     | line 2 has 2 columns; it must have 3
                    1.5,0,0.25  | 1.5,x,0.5 | line 2, column 2 is no number
                    """)
    void goldenRowsThatDoNotFitAreRefused(String before, String after, String message)
            throws IOException {
        publish("fraud", "7", BYTES);
        var unfit = GOLDEN.replace(before, after);
        Files.writeString(root().resolve("fraud/7/golden.csv"), unfit);
        replaceInMetadata(
                Sha256.of(GOLDEN.getBytes(StandardCharsets.UTF_8)),
                Sha256.of(unfit.getBytes(StandardCharsets.UTF_8)));
        var registry = registry();

        assertRefused(
                        Reason.GOLDEN_UNREADABLE,
                        () -> registry.golden(registry.version("fraud", "7")))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"champion": 7}        | champion is the number 7; it must be a version as text
                    ["champion"]           | it is an array; it must be one object
                    {"a": "1", "a": "2"}   | it is not JSON
                    {"champion": "7"} x    | it is not JSON
                    """)
    void aliasesThatAreNoneAreRefused(String json, String message) throws IOException {
        publish("fraud", "7", BYTES);
        Files.writeString(root().resolve("fraud/aliases.json"), json);

        assertRefused(Reason.ALIASES_UNREADABLE, () -> registry().resolve("fraud", "champion"))
                .withMessageContaining(message);
    }

    @Test
    void anAliasThatLeadsElsewhereIsRefused() throws IOException {
        publish("fraud", "7", BYTES);
        point("fraud", "champion", "../../etc");

        assertRefused(Reason.NAME_REFUSED, () -> registry().resolve("fraud", "champion"));
    }

    private void replaceInMetadata(String before, String after) throws IOException {
        var file = root().resolve("fraud/7/metadata.json");
        var json = Files.readString(file);
        assertThat(json).contains(before);
        Files.writeString(file, json.replace(before, after));
    }

    private static String metadata(String model, String version, byte[] bytes) {
        var golden = GOLDEN.getBytes(StandardCharsets.UTF_8);
        return """
        {"name": "%s", "version": "%s", "digest": "%s", "bytes": %d,
         "inputs": [{"name": "features", "type": "float32", "shape": [-1, 2],
                     "features": ["AMOUNT", "NIGHT"]}],
         "output": {"name": "score", "type": "float32", "shape": [-1, 1], "meaning": "fraud"},
         "golden": {"digest": "%s", "bytes": %d},
         "metrics": {"roc_auc": 0.9},
         "noted": {"by whoever": "trained it"}}
        """
                .formatted(
                        model,
                        version,
                        Sha256.of(bytes),
                        bytes.length,
                        Sha256.of(golden),
                        golden.length);
    }
}
