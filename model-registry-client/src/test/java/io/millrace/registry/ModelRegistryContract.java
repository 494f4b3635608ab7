package io.millrace.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.registry.ModelRegistryException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every registry must do, whatever it is made of. Each test starts with an empty one. */
abstract class ModelRegistryContract {
    static final byte[] BYTES = "the bytes of a model".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHERS = "those of another".getBytes(StandardCharsets.UTF_8);

    @TempDir Path scratch;

    /** The registry under test, with a cache. */
    abstract ModelRegistry registry(Path cache);

    /** Changes a byte of the file behind the registry's back; their number stays. */
    abstract void damage(String version, String file) throws IOException;

    /** Makes the whole registry unreachable. */
    abstract void takeAway() throws IOException;

    final Path cache() {
        return scratch.resolve("cache");
    }

    final ModelRegistry registry() {
        return registry(cache());
    }

    /** Registers a version of {@code fraud}; other machines do, so this one does not know it. */
    final String publish(byte[] model) throws IOException {
        var folder = Files.createTempDirectory(scratch, "candidate");
        return elsewhere().register("fraud", Candidates.write(folder, model)).version();
    }

    final void promote(String version) {
        var others = elsewhere();
        others.point("fraud", "champion", version, others.aliases("fraud").get("champion"));
    }

    private ModelRegistry elsewhere() {
        return registry(scratch.resolve("elsewhere"));
    }

    static void flip(Path file) throws IOException {
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void anAliasResolvesToTheVersionThatItPointsAt() throws IOException {
        var version = publish(BYTES);
        promote(version);

        assertThat(registry().resolve("fraud", "champion"))
                .contains(registry().version("fraud", version));
    }

    @Test
    void anAliasFollowsWhenItIsMoved() throws IOException {
        var first = publish(BYTES);
        var second = publish(OTHERS);
        promote(first);
        var registry = registry();
        assertThat(registry.require("fraud", "champion")).hasToString("fraud/" + first);

        promote(second);

        assertThat(registry.require("fraud", "champion")).hasToString("fraud/" + second);
    }

    @Test
    void anUnsetAliasResolvesToNothing() throws IOException {
        publish(BYTES);

        assertThat(registry().resolve("fraud", "champion")).isEmpty();
        assertRefused(Reason.ALIAS_UNSET, () -> registry().require("fraud", "champion"));
        assertRefused(Reason.ALIAS_UNSET, () -> registry().resolveOrRecall("fraud", "champion"));
    }

    @Test
    void aMissingModelIsRefusedWithThoseThatThereAre() throws IOException {
        publish(BYTES);

        assertRefused(Reason.MODEL_MISSING, () -> registry().resolve("fruad", "champion"))
                .withMessageContaining("'fruad'")
                .withMessageContaining("one of: fraud");
        assertRefused(Reason.MODEL_MISSING, () -> registry().version("fruad", "1"));
        assertRefused(Reason.MODEL_MISSING, () -> registry().versions("fruad"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"999", "latest"})
    void aMissingVersionIsRefusedWithThoseThatThereAre(String missing) throws IOException {
        var version = publish(BYTES);

        assertRefused(Reason.VERSION_MISSING, () -> registry().version("fraud", missing))
                .withMessageContaining("'" + missing + "'")
                .withMessageContaining("one of: " + version);
    }

    @Test
    void aVersionSaysWhatWasRegistered() throws IOException {
        var version = registry().version("fraud", publish(BYTES));

        assertThat(version.digest()).isEqualTo(Sha256.of(BYTES));
        assertThat(version.bytes()).isEqualTo(BYTES.length);
        assertThat(version.inputs())
                .containsExactly(
                        new ModelInput(
                                "features",
                                ElementType.FLOAT32,
                                List.of(-1L, 2L),
                                List.of("AMOUNT", "NIGHT")));
        assertThat(version.output().name()).isEqualTo("score");
        assertThat(version.metrics()).containsEntry("roc_auc", 0.9);
    }

    @Test
    void aProfileIsThereWhereOneLiesBesideTheVersionAndIsKeptForWhenTheRegistryIsNot()
            throws IOException {
        var folder = Files.createTempDirectory(scratch, "candidate");
        Candidates.write(folder, BYTES);
        Files.writeString(folder.resolve("profile.json"), "{}");
        var registry = registry();
        var without = registry.version("fraud", publish(BYTES));
        var with = registry.register("fraud", folder);

        assertThat(registry.profile(without)).isEmpty();
        assertThat(registry.profile(with)).hasValue("{}".getBytes(StandardCharsets.UTF_8));
        takeAway();
        assertThat(registry().profile(with)).hasValue("{}".getBytes(StandardCharsets.UTF_8));
        assertThatExceptionOfType(ModelRegistryException.class)
                .isThrownBy(() -> registry().profile(without));
    }

    @Test
    void aProfileMayComeAfterItsVersionAndBeReplacedByALargerOne() throws IOException {
        var registry = registry();
        var version = registry.version("fraud", publish(BYTES));
        byte[] small = "{}".getBytes(StandardCharsets.UTF_8);
        byte[] large = new byte[5 << 20];
        Arrays.fill(large, (byte) ' ');

        assertThat(registry.putProfile(version, small)).contains("profile.json").contains("fraud");
        assertThat(registry().profile(version)).hasValue(small);
        registry.putProfile(version, large);
        assertThat(registry().profile(version)).hasValue(large);
        // It is no part of the version.
        assertThat(registry().version("fraud", version.version())).isEqualTo(version);
        assertThatExceptionOfType(ModelRegistryException.class)
                .isThrownBy(() -> registry.putProfile(version, new byte[(64 << 20) + 1]))
                .withMessageContaining("is larger than 67108864 bytes; it must be at most that");
        takeAway();
        assertThatExceptionOfType(ModelRegistryException.class)
                .isThrownBy(() -> registry().putProfile(version, small));
        assertThat(registry().profile(version)).hasValue(large);
    }

    @Test
    void goldenRowsAreThoseThatWereRegistered() throws IOException {
        var registry = registry();
        var version = registry.version("fraud", publish(BYTES));

        assertThat(registry.golden(version))
                .hasValueSatisfying(
                        golden -> {
                            assertThat(golden.size()).isEqualTo(2);
                            assertThat(golden.features(0)).containsExactly(1.5f, 0f);
                            assertThat(golden.score(0)).isEqualTo(0.25f);
                            assertThat(golden.features(1)).containsExactly(Float.NaN, 1f);
                        });
    }

    @Test
    void aFetchedFileHoldsTheRegisteredBytes() throws IOException {
        var registry = registry();

        assertThat(registry.fetch(registry.version("fraud", publish(BYTES))))
                .hasBinaryContent(BYTES);
    }

    @Test
    void damagedBytesAreRefusedAndLeaveNothingBehind() throws IOException {
        var number = publish(BYTES);
        damage(number, "model.onnx");
        var registry = registry();
        var version = registry.version("fraud", number);

        assertRefused(Reason.DIGEST_DIFFERS, () -> registry.fetch(version))
                .withMessageContaining("fraud/" + number)
                .withMessageContaining(version.digest());
        assertThat(copies()).isEmpty();
    }

    @Test
    void damagedGoldenRowsAreRefused() throws IOException {
        var number = publish(BYTES);
        damage(number, "golden.csv");
        var registry = registry();
        var version = registry.version("fraud", number);

        assertRefused(Reason.DIGEST_DIFFERS, () -> registry.golden(version));
    }

    @Test
    void aVersionThatThisMachineKnowsNeedsNoRegistry() throws IOException {
        var number = publish(BYTES);
        var before = registry().version("fraud", number);
        registry().fetch(before);
        registry().golden(before);

        takeAway();

        var registry = registry();
        var version = registry.pinned("fraud", number, before.digest());
        assertThat(version).isEqualTo(before);
        assertThat(registry.fetch(version)).hasBinaryContent(BYTES);
        assertThat(registry.golden(version)).isPresent();
        assertRefused(Reason.REGISTRY_MISSING, () -> registry.version("fraud", number));
    }

    @Test
    void aPinnedVersionThatThisMachineDoesNotKnowComesFromTheRegistry() throws IOException {
        var number = publish(BYTES);

        assertThat(registry().pinned("fraud", number, Sha256.of(BYTES)).digest())
                .isEqualTo(Sha256.of(BYTES));
        assertRefused(
                        Reason.DIGEST_DIFFERS,
                        () -> registry().pinned("fraud", number, Sha256.of(OTHERS)))
                .withMessageContaining("it must still be " + Sha256.of(OTHERS));
    }

    @Test
    void theLastGoodVersionGoesOnWhenTheRegistryIsGone() throws IOException {
        var number = publish(BYTES);
        promote(number);
        var before = Instant.now();
        var current = registry().resolveOrRecall("fraud", "champion");
        assertThat(current.isCurrent()).isTrue();

        takeAway();

        var recalled = registry().resolveOrRecall("fraud", "champion");
        assertThat(recalled.version()).isEqualTo(current.version());
        assertThat(recalled.isCurrent()).isFalse();
        assertThat(recalled.at()).isBetween(before, current.at());
        assertThat(recalled.failure())
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.REGISTRY_MISSING));
    }

    @Test
    void whatWasNeverGoodHereIsNotRecalled() throws IOException {
        publish(BYTES);
        takeAway();

        assertRefused(
                Reason.REGISTRY_MISSING, () -> registry().resolveOrRecall("fraud", "champion"));
    }

    @Test
    void aDamagedMemoryIsNone() throws IOException {
        promote(publish(BYTES));
        registry().resolve("fraud", "champion");
        for (var file : filesIn(cache())) {
            Files.writeString(file, "{");
        }

        assertThat(registry().resolveOrRecall("fraud", "champion").isCurrent()).isTrue();
        for (var file : filesIn(cache())) {
            Files.writeString(file, "{");
        }
        takeAway();

        assertRefused(
                Reason.REGISTRY_MISSING, () -> registry().resolveOrRecall("fraud", "champion"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"the bytes of a modeX", "shorter", "much longer than they should be"})
    void aDamagedCachedCopyIsReplaced(String damaged) throws IOException {
        var registry = registry();
        var version = registry.version("fraud", publish(BYTES));
        Files.writeString(registry.fetch(version), damaged);

        assertThat(registry.fetch(version)).hasBinaryContent(BYTES);
    }

    @Test
    void manyMayFetchAtOnce() throws Exception {
        var large = new byte[1 << 20];
        var version = registry().version("fraud", publish(large));
        var threads = Executors.newFixedThreadPool(8);
        try {
            var fetches =
                    IntStream.range(0, 32)
                            .mapToObj(i -> threads.submit(() -> registry().fetch(version)))
                            .toList();
            for (var fetch : fetches) {
                assertThat(fetch.get()).hasBinaryContent(large);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(copies()).hasSize(1);
    }

    @Test
    void aCacheThatCannotBeWrittenIsRefused() throws IOException {
        var number = publish(BYTES);
        var version = registry().version("fraud", number);
        var file = Files.writeString(scratch.resolve("file"), "where the cache's folder must be");

        assertRefused(Reason.CACHE_FAILED, () -> registry(file).fetch(version))
                .withMessageContaining(file.toString())
                .withMessageContaining("must be a writable folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "", "../fraud", "a/b", "a\\b", "a\nb", "a b", "/etc", "é"})
    void aNameThatCouldLeadElsewhereIsRefused(String name) throws IOException {
        var version = "1";
        var folder = Candidates.write(scratch.resolve("next"), BYTES);
        var registry = registry();

        assertRefused(Reason.NAME_REFUSED, () -> registry.resolve(name, "champion"));
        assertRefused(Reason.NAME_REFUSED, () -> registry.resolve("fraud", name));
        assertRefused(Reason.NAME_REFUSED, () -> registry.version(name, version));
        assertRefused(Reason.NAME_REFUSED, () -> registry.version("fraud", name));
        assertRefused(Reason.NAME_REFUSED, () -> registry.pinned(name, version, Sha256.of(BYTES)));
        assertRefused(Reason.NAME_REFUSED, () -> registry.register(name, folder));
        assertRefused(Reason.NAME_REFUSED, () -> registry.point("fraud", name, version, null));
        assertRefused(Reason.NAME_REFUSED, () -> registry.point("fraud", "next", name, null));
    }

    @Test
    void versionsAreNumberedAndListedFromTheOldestOn() throws IOException {
        var first = publish(BYTES);
        var second = publish(OTHERS);
        promote(first);

        assertThat(registry().models()).containsExactly("fraud");
        assertThat(registry().versions("fraud")).containsExactly(first, second);
        assertThat(registry().aliases("fraud")).containsExactly(Map.entry("champion", first));
        assertThat(Long.parseLong(second)).isGreaterThan(Long.parseLong(first));
    }

    @Test
    void whatIsRegisteredKeepsItsBytes() throws IOException {
        var folder = Candidates.write(scratch.resolve("signed"), BYTES);
        Files.writeString(folder.resolve("model.sig"), "whatever it is");

        var registered = registry().register("fraud", folder);

        assertThat(registered.digest()).isEqualTo(Sha256.of(BYTES));
        assertThat(filesIn(cache().resolve("known")))
                .extracting(file -> Files.readString(file))
                .containsExactlyInAnyOrder("whatever it is", Candidates.metadata("", BYTES));
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "golden.csv"})
    void aFolderWhoseFilesAreNotThoseOfItsMetadataIsNotRegistered(String file) throws IOException {
        publish(BYTES);
        var folder = Candidates.write(scratch.resolve("next"), OTHERS);
        flip(folder.resolve(file));

        assertRefused(Reason.DIGEST_DIFFERS, () -> registry().register("fraud", folder))
                .withMessageContaining(folder.resolve(file).toString());
        assertThat(registry().versions("fraud")).hasSize(1);
    }

    @Test
    void aFolderOfAnotherModelIsNotRegistered() throws IOException {
        var folder = Candidates.write(scratch.resolve("next"), BYTES);
        Files.writeString(
                folder.resolve("metadata.json"),
                Candidates.metadata("\"name\": \"churn\", ", BYTES));

        assertRefused(Reason.METADATA_UNREADABLE, () -> registry().register("fraud", folder))
                .withMessageContaining("it describes churn/new; it must describe fraud/new");
    }

    @Test
    void anAliasMovesOnlyFromWhereItWasSeen() throws IOException {
        var first = publish(BYTES);
        var second = publish(OTHERS);
        var registry = registry();

        assertRefused(Reason.ALIAS_MOVED, () -> registry.point("fraud", "champion", second, first));
        registry.point("fraud", "champion", first, null);
        assertRefused(Reason.ALIAS_MOVED, () -> registry.point("fraud", "champion", second, null))
                .withMessageContaining(
                        "fraud@champion is version %s; it must still be unset".formatted(first));
        assertThat(registry.require("fraud", "champion").version()).isEqualTo(first);

        registry.point("fraud", "champion", second, first);
        assertThat(registry.require("fraud", "champion").version()).isEqualTo(second);
        registry.point("fraud", "champion", first, second);
        assertThat(registry.require("fraud", "champion").version()).isEqualTo(first);
    }

    @Test
    void anAliasNeverMovesToWhatIsNotThere() throws IOException {
        publish(BYTES);

        assertRefused(
                Reason.VERSION_MISSING, () -> registry().point("fraud", "champion", "999", null));
        assertThat(registry().aliases("fraud")).isEmpty();
    }

    final List<Path> copies() throws IOException {
        return filesIn(cache()).stream()
                .filter(file -> file.toString().contains("sha256"))
                .toList();
    }

    static ThrowableAssertAlternative<ModelRegistryException> assertRefused(
            Reason reason, ThrowingCallable call) {
        return org.assertj.core.api.Assertions.assertThatExceptionOfType(
                        ModelRegistryException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason))
                .satisfies(e -> assertThat(e.getMessage()).contains("must").doesNotContain("\n"));
    }

    static List<Path> filesIn(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
