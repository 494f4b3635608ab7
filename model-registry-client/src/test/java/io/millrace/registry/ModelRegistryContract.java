package io.millrace.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.registry.ModelRegistryException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every registry must do, whatever it is made of. */
abstract class ModelRegistryContract {
    static final byte[] BYTES = "the bytes of a model".getBytes(StandardCharsets.UTF_8);

    @TempDir Path cache;

    /** A registry over what was published, with {@link #cache}. */
    abstract ModelRegistry registry();

    abstract void publish(String model, String version, byte[] bytes) throws IOException;

    abstract void point(String model, String alias, String version) throws IOException;

    /** Changes the model's bytes behind the registry's back; their number stays. */
    abstract void damage(String model, String version) throws IOException;

    /** Makes the whole registry unreachable. */
    abstract void takeAway() throws IOException;

    @Test
    void anAliasResolvesToTheVersionThatItPointsAt() throws IOException {
        publish("fraud", "7", BYTES);
        point("fraud", "champion", "7");

        assertThat(registry().resolve("fraud", "champion"))
                .contains(registry().version("fraud", "7"));
    }

    @Test
    void anAliasFollowsWhenItIsMoved() throws IOException {
        publish("fraud", "7", BYTES);
        publish("fraud", "8", BYTES);
        point("fraud", "champion", "7");
        var registry = registry();
        assertThat(registry.require("fraud", "champion")).hasToString("fraud/7");

        point("fraud", "champion", "8");

        assertThat(registry.require("fraud", "champion")).hasToString("fraud/8");
    }

    @Test
    void anUnsetAliasResolvesToNothing() throws IOException {
        publish("fraud", "7", BYTES);

        assertThat(registry().resolve("fraud", "champion")).isEmpty();
        assertRefused(Reason.ALIAS_UNSET, () -> registry().require("fraud", "champion"));
    }

    @Test
    void aMissingModelIsRefusedWithThoseThatThereAre() throws IOException {
        publish("fraud", "7", BYTES);

        assertRefused(Reason.MODEL_MISSING, () -> registry().resolve("fruad", "champion"))
                .withMessageContaining("'fruad'")
                .withMessageContaining("one of: fraud");
    }

    @Test
    void aMissingVersionIsRefusedWithThoseThatThereAre() throws IOException {
        publish("fraud", "7", BYTES);

        assertRefused(Reason.VERSION_MISSING, () -> registry().version("fraud", "8"))
                .withMessageContaining("'8'")
                .withMessageContaining("one of: 7");
    }

    @Test
    void anAliasOfAMissingVersionIsRefused() throws IOException {
        publish("fraud", "7", BYTES);
        point("fraud", "champion", "8");

        assertRefused(Reason.VERSION_MISSING, () -> registry().resolve("fraud", "champion"));
    }

    @Test
    void aVersionSaysWhatWasRegistered() throws IOException {
        publish("fraud", "7", BYTES);

        var version = registry().version("fraud", "7");

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
    void theGoldenRowsAreThoseThatWereRegistered() throws IOException {
        publish("fraud", "7", BYTES);
        var registry = registry();

        assertThat(registry.golden(registry.version("fraud", "7")))
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
        publish("fraud", "7", BYTES);
        var registry = registry();

        assertThat(registry.fetch(registry.version("fraud", "7"))).hasBinaryContent(BYTES);
    }

    @Test
    void damagedBytesAreRefusedAndLeaveNothingBehind() throws IOException {
        publish("fraud", "7", BYTES);
        damage("fraud", "7");
        var registry = registry();
        var version = registry.version("fraud", "7");

        assertRefused(Reason.DIGEST_DIFFERS, () -> registry.fetch(version))
                .withMessageContaining("fraud/7")
                .withMessageContaining(version.digest());
        assertThat(filesIn(cache)).isEmpty();
    }

    @Test
    void aCachedVersionNeedsNoRegistry() throws IOException {
        publish("fraud", "7", BYTES);
        var registry = registry();
        var version = registry.version("fraud", "7");
        registry.fetch(version);

        takeAway();

        assertThat(registry.fetch(version)).hasBinaryContent(BYTES);
        assertRefused(Reason.REGISTRY_MISSING, () -> registry.version("fraud", "7"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"the bytes of a modeX", "shorter", "much longer than they should be"})
    void aDamagedCachedCopyIsReplaced(String damaged) throws IOException {
        publish("fraud", "7", BYTES);
        var registry = registry();
        var version = registry.version("fraud", "7");
        Files.writeString(registry.fetch(version), damaged);

        assertThat(registry.fetch(version)).hasBinaryContent(BYTES);
    }

    @Test
    void manyMayFetchAtOnce() throws Exception {
        var large = new byte[1 << 20];
        publish("fraud", "7", large);
        var version = registry().version("fraud", "7");
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
        assertThat(filesIn(cache)).hasSize(1);
    }

    @Test
    void aCacheThatCannotBeWrittenIsRefused() throws IOException {
        publish("fraud", "7", BYTES);
        var registry = registry();
        var version = registry.version("fraud", "7");
        Files.delete(cache);
        Files.writeString(cache, "a file where the cache's folder must be");

        assertRefused(Reason.CACHE_FAILED, () -> registry.fetch(version))
                .withMessageContaining(cache.toString())
                .withMessageContaining("must be a writable folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "", "../fraud", "a/b", "a\\b", "a\nb", "a b", "/etc", "é"})
    void aNameThatCouldLeadElsewhereIsRefused(String name) throws IOException {
        publish("fraud", "7", BYTES);

        assertRefused(Reason.NAME_REFUSED, () -> registry().resolve(name, "champion"));
        assertRefused(Reason.NAME_REFUSED, () -> registry().resolve("fraud", name));
        assertRefused(Reason.NAME_REFUSED, () -> registry().version(name, "7"));
        assertRefused(Reason.NAME_REFUSED, () -> registry().version("fraud", name));
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
