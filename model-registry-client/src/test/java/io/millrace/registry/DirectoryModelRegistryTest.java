package io.millrace.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.registry.ModelRegistryException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DirectoryModelRegistryTest extends ModelRegistryContract {
    private Path root() throws IOException {
        return Files.createDirectories(scratch.resolve("models"));
    }

    @Override
    ModelRegistry registry(Path cache) {
        return ModelRegistry.inDirectory(scratch.resolve("models"), cache);
    }

    @BeforeEach
    void startEmpty() throws IOException {
        root();
    }

    @Override
    void damage(String version, String file) throws IOException {
        flip(root().resolve("fraud").resolve(version).resolve(file));
    }

    @Override
    void takeAway() throws IOException {
        Files.move(root(), scratch.resolve("taken"));
    }

    /** Writes a version as people do who have no command for it. */
    private void publish(String version) throws IOException {
        var place = Candidates.write(root().resolve("fraud").resolve(version), BYTES);
        Files.writeString(
                place.resolve("metadata.json"),
                Candidates.metadata(
                        "\"name\": \"fraud\", \"version\": \"%s\", ".formatted(version), BYTES));
    }

    private void point(String version) throws IOException {
        Files.writeString(
                root().resolve("fraud/aliases.json"), "{\"champion\": \"%s\"}".formatted(version));
    }

    @Test
    void aRootThatIsNotThereIsRefused() throws IOException {
        takeAway();
        assertRefused(Reason.REGISTRY_MISSING, () -> registry().resolve("fraud", "champion"))
                .withMessageContaining(scratch.resolve("models").toString());
    }

    @Test
    void aModelFileThatIsNotThereIsRefused() throws IOException {
        publish("7");
        Files.delete(root().resolve("fraud/7/model.onnx"));
        var registry = registry();

        assertRefused(
                Reason.ARTIFACT_MISSING, () -> registry.fetch(registry.version("fraud", "7")));
    }

    @Test
    void aModelFileOfAnotherSizeIsRefused() throws IOException {
        publish("7");
        Files.writeString(root().resolve("fraud/7/model.onnx"), "longer by far than registered");
        var registry = registry();

        assertRefused(Reason.DIGEST_DIFFERS, () -> registry.fetch(registry.version("fraud", "7")))
                .withMessageContaining("has more than 20 bytes; it must have the registered 20");
    }

    @Test
    void aLinkOutOfTheRootIsRefused() throws IOException {
        publish("7");
        var secret = Files.write(scratch.resolve("secret"), BYTES);
        var model = root().resolve("fraud/7/model.onnx");
        Files.delete(model);
        Files.createSymbolicLink(model, secret);
        var registry = registry();

        assertRefused(Reason.PATH_REFUSED, () -> registry.fetch(registry.version("fraud", "7")))
                .withMessageContaining("must stay inside the registry");
    }

    @Test
    void aLinkedFolderOutOfTheRootIsRefused() throws IOException {
        publish("7");
        Files.move(root().resolve("fraud/7"), scratch.resolve("outside"));
        Files.createSymbolicLink(root().resolve("fraud/7"), scratch.resolve("outside"));

        assertRefused(Reason.PATH_REFUSED, () -> registry().version("fraud", "7"));
    }

    @Test
    void aLinkInsideTheRootIsFollowed() throws IOException {
        publish("7");
        Files.move(root().resolve("fraud/7"), root().resolve("fraud/..data"));
        Files.createSymbolicLink(root().resolve("fraud/7"), Path.of("..data"));
        var registry = registry();

        assertThat(registry.fetch(registry.version("fraud", "7"))).hasBinaryContent(BYTES);
    }

    @Test
    void metadataOfAnotherVersionIsRefused() throws IOException {
        publish("7");
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
        publish("7");
        Files.write(root().resolve("fraud/7/metadata.json"), new byte[(1 << 20) + 1]);

        assertRefused(Reason.METADATA_UNREADABLE, () -> registry().version("fraud", "7"))
                .withMessageContaining("larger than 1048576 bytes");
    }

    @Test
    void aModelThatIsTooLargeIsRefusedUnread() throws IOException {
        publish("7");
        replaceInMetadata("\"bytes\": 20,", "\"bytes\": 3000000000,");

        assertRefused(Reason.MODEL_TOO_LARGE, () -> registry().version("fraud", "7"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "digest"           | "digust"          | digest is missing; it must be text
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
        publish("7");
        replaceInMetadata(before, after);

        assertRefused(Reason.METADATA_UNREADABLE, () -> registry().version("fraud", "7"))
                .withMessageContaining("metadata.json: ")
                .withMessageContaining(message);
    }

    @Test
    void aVersionMayBeRegisteredWithoutGoldenRows() throws IOException {
        publish("7");
        replaceInMetadata("\"golden\"", "\"platinum\"");
        var registry = registry();

        assertThat(registry.golden(registry.version("fraud", "7"))).isEmpty();
    }

    @Test
    void changedGoldenRowsAreRefused() throws IOException {
        publish("7");
        Files.writeString(
                root().resolve("fraud/7/golden.csv"), Candidates.GOLDEN.replace("0.25", "0.26"));
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
        publish("7");
        var unfit = Candidates.GOLDEN.replace(before, after);
        Files.writeString(root().resolve("fraud/7/golden.csv"), unfit);
        replaceInMetadata(
                Sha256.of(Candidates.GOLDEN.getBytes(StandardCharsets.UTF_8)),
                Sha256.of(unfit.getBytes(StandardCharsets.UTF_8)));
        replaceInMetadata(
                "\"bytes\": " + Candidates.GOLDEN.length() + "}",
                "\"bytes\": " + unfit.length() + "}");
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
        publish("7");
        Files.writeString(root().resolve("fraud/aliases.json"), json);

        assertRefused(Reason.ALIASES_UNREADABLE, () -> registry().resolve("fraud", "champion"))
                .withMessageContaining(message);
    }

    @Test
    void anAliasThatLeadsElsewhereIsRefused() throws IOException {
        publish("7");
        point("../../etc");

        assertRefused(Reason.ALIASES_UNREADABLE, () -> registry().resolve("fraud", "champion"));
    }

    @Test
    void aVersionThatIsThereAlreadyIsNotRegisteredAgain() throws IOException {
        publish("7");
        var folder = Candidates.write(scratch.resolve("next"), BYTES);
        Files.writeString(
                folder.resolve("metadata.json"),
                Candidates.metadata("\"version\": \"7\", ", BYTES));

        assertRefused(Reason.VERSION_TAKEN, () -> registry().register("fraud", folder));
    }

    @Test
    void ofManyWhoPromoteAtOnceOneIsTheFirst() throws Exception {
        publish("1");
        publish("2");
        var registry = registry();
        var threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 20; round++) {
                var now = registry.aliases("fraud").get("champion");
                var next = "1".equals(now) ? "2" : "1";
                Callable<Boolean> promotion = () -> isPromoted(next, now);
                int promoted = 0;
                for (var promoter : threads.invokeAll(Collections.nCopies(8, promotion))) {
                    promoted += promoter.get() ? 1 : 0;
                }
                assertThat(promoted).isOne();
                assertThat(registry.aliases("fraud")).containsEntry("champion", next);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(filesIn(root())).noneMatch(file -> file.toString().endsWith(".part"));
    }

    private boolean isPromoted(String version, @Nullable String expected) {
        try {
            registry().point("fraud", "champion", version, expected);
            return true;
        } catch (ModelRegistryException e) {
            assertThat(e.reason()).isEqualTo(Reason.ALIAS_MOVED);
            return false;
        }
    }

    @Test
    void whoeverRegistersAtOnceGetsANumberOfTheirOwn() throws Exception {
        var folder = Candidates.write(scratch.resolve("next"), BYTES);
        var threads = Executors.newFixedThreadPool(8);
        try {
            Callable<String> registration = () -> registry().register("fraud", folder).version();
            var numbers = new TreeSet<String>();
            for (var one : threads.invokeAll(Collections.nCopies(8, registration))) {
                numbers.add(one.get());
            }
            assertThat(numbers).containsExactly("1", "2", "3", "4", "5", "6", "7", "8");
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whatAKilledCopyHasLeftIsRemovedInTime() throws IOException {
        publish("7");
        var shelf = Files.createDirectories(cache().resolve("sha256"));
        var killed = Files.writeString(shelf.resolve("killed.part"), "half");
        Files.setLastModifiedTime(
                killed, FileTime.from(Instant.now().minus(Duration.ofMinutes(61))));
        var alive = Files.writeString(shelf.resolve("alive.part"), "half");
        var registry = registry();

        registry.fetch(registry.version("fraud", "7"));

        assertThat(killed).doesNotExist();
        assertThat(alive).exists();
    }

    private void replaceInMetadata(String before, String after) throws IOException {
        var file = root().resolve("fraud/7/metadata.json");
        var json = Files.readString(file);
        assertThat(json).contains(before);
        Files.writeString(file, json.replace(before, after));
    }
}
