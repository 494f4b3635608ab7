package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.record.ModelUpdate;
import io.millrace.registry.ModelRegistryException;
import io.millrace.registry.RegistryAddress;
import io.millrace.spec.BatchSpec;
import io.millrace.spec.FallbackSpec;
import io.millrace.spec.ModelSpec.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelShelfTest {
    private static final long MEBIBYTE = 1 << 20;

    @TempDir private Path folder;

    private final List<String> left = new ArrayList<>();
    private ModelShelf shelf;

    @BeforeEach
    void fill() throws Exception {
        Registries.register(registry(), "fraud-de", Models.file("sum"), List.of("1,2,3"));
        Registries.register(registry(), "fraud-fr", Models.file("classes"), List.of("0,0,0.5"));
        Registries.register(registry(), "fraud-it", Models.file("log"), List.of("1,0,0"));
        shelf = shelf(3 * MEBIBYTE);
        shelf.tell(left::add);
    }

    @AfterEach
    void close() {
        shelf.close();
        assertThat(ModelHost.hosted()).isZero();
    }

    @Test
    void whatWasUsedLeastRecentlyMakesRoom() {
        load("fraud-de", "sum");
        load("fraud-fr", "classes");
        assertThat(shelf.use(digest("sum"))).isTrue();
        assertThat(shelf.reserve(update("fraud-it", "log"))).containsExactly(digest("classes"));
        shelf.acquire(update("fraud-it", "log")).close();

        assertThat(left).containsExactly(digest("classes"));
        assertThat(shelf.has(digest("sum"))).isTrue();
        assertThat(shelf.use(digest("classes"))).isFalse();
        assertThat(ModelHost.hosted()).isEqualTo(2);
        assertThat(shelf.models()).isEqualTo(2);
        assertThat(shelf.heldBytes()).isBetween(2 * MEBIBYTE, 3 * MEBIBYTE);
        assertThat(shelf.loads()).isEqualTo(3);
        assertThat(shelf.evictions()).isEqualTo(1);
    }

    @Test
    void whatMadeRoomIsClosedWithItsLastLease() {
        shelf.reserve(update("fraud-de", "sum"));
        try (var lease = shelf.acquire(update("fraud-de", "sum"))) {
            load("fraud-fr", "classes");
            load("fraud-it", "log");
            assertThat(shelf.has(digest("sum"))).isFalse();
            assertThat(ModelHost.hosted()).as("one is still scored with").isEqualTo(3);
            assertThat(lease.model().inputWidth()).isEqualTo(2);
        }
        assertThat(ModelHost.hosted()).isEqualTo(2);
    }

    @Test
    void oneModelUnderTwoNamesCountsOnce() throws Exception {
        Registries.register(registry(), "fraud-es", Models.file("sum"), List.of("1,2,3"));
        load("fraud-de", "sum");
        long bytes = shelf.heldBytes();
        load("fraud-es", "sum");
        assertThat(shelf.heldBytes()).isEqualTo(bytes);
        assertThat(shelf.models()).isEqualTo(1);
    }

    @Test
    void whatCannotBeLoadedHoldsNoPlace() throws Exception {
        Registries.register(registry(), "fraud-de", Models.file("sum"), List.of("1,2,4"));
        shelf.reserve(update("fraud-de", "sum"));
        assertThatThrownBy(() -> shelf.acquire(update("fraud-de", "sum")))
                .isInstanceOf(UnfitModelException.class)
                .hasMessageContaining("golden row");
        assertThat(shelf.heldBytes()).isZero();
        assertThatThrownBy(() -> shelf.reserve(update("fraud-xx", "sum")))
                .isInstanceOf(ModelRegistryException.class);
        assertThat(shelf.models()).isZero();
    }

    @Test
    void beforeItsFirstRowAModelIsLoadedWhereThereIsRoomOrTheOneBeforeItIsUsed() throws Exception {
        Registries.register(registry(), "fraud-fr", "2", Models.file("sum"), List.of("1,2,3"));
        load("fraud-fr", "classes");
        shelf.prepare(update("fraud-it", "log"), null);
        assertThat(shelf.has(digest("log"))).isTrue();

        var second = new ModelUpdate("fraud-fr", "2", digest("sum"), 10, 0, "a test");
        shelf.prepare(update("fraud-de", "sum"), null);
        assertThat(shelf.has(digest("sum"))).as("there is no room").isFalse();
        shelf.prepare(second, update("fraud-fr", "classes"));
        assertThat(shelf.has(digest("sum"))).isTrue();
    }

    @Test
    void whoIsToldNoMoreHearsNothing() {
        Consumer<String> deaf =
                digest -> {
                    throw new AssertionError("was told of " + digest);
                };
        shelf.tell(deaf);
        shelf.tellNoMore(deaf);
        load("fraud-de", "sum");
        load("fraud-fr", "classes");
        load("fraud-it", "log");
        assertThat(left).hasSize(1);
    }

    private void load(String model, String file) {
        shelf.reserve(update(model, file));
        shelf.acquire(update(model, file)).close();
    }

    private static ModelUpdate update(String model, String file) {
        return new ModelUpdate(model, "1", digest(file), 0, 0, "a test");
    }

    private static String digest(String file) {
        return Registries.digest(Models.file(file));
    }

    private Path registry() {
        return folder.resolve("models");
    }

    private ModelShelf shelf(long bytes) {
        var config =
                new InferenceConfig(
                        RegistryAddress.directory(registry()),
                        List.of(),
                        new InferenceConfig.Many("fraud-${country}", bytes),
                        null,
                        BatchSpec.fixed(4, Duration.ofMillis(10)),
                        Run.IN_TASK,
                        Models.LONG_MILLIS,
                        1.0,
                        "review",
                        "approve",
                        ModelDevice.PROCESSOR,
                        FallbackSpec.NONE,
                        null);
        return new ModelShelf(config, bytes, folder.resolve("cache"));
    }
}
