package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.registry.ModelRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCheckTest {
    @TempDir private Path root;
    @TempDir private Path cache;

    @Test
    void aModelThatScoresItsGoldenRowsAsRegisteredServes() throws IOException {
        Registries.register(root, "sum", Models.file("sum"), List.of("1,2,3", "0.5,0.25,0.75"));
        assertThatCode(this::open).doesNotThrowAnyException();
    }

    @Test
    void aModelThatScoresAGoldenRowOtherwiseIsRefused() throws IOException {
        Registries.register(root, "sum", Models.file("sum"), List.of("1,2,3", "1,1,2.1"));
        assertThatThrownBy(this::open)
                .isInstanceOf(UnfitModelException.class)
                .hasMessage(
                        "sum/1 scores its golden row 2 as 2.0; it must score 2.1, as when it was"
                                + " registered");
    }

    @Test
    void aModelThatFailsOnAGoldenRowIsRefused() throws IOException {
        Registries.register(root, "sum", Models.file("log"), List.of("1,0,0", "-1,0,0"));
        assertThatThrownBy(this::open)
                .isInstanceOf(UnfitModelException.class)
                .hasMessage("sum/1 fails on its golden row 2: The score is NaN; it must be finite");
    }

    @Test
    void aModelOfAnotherTypeThanItsMetadataSaysIsRefused() throws IOException {
        Registries.register(root, "sum", Models.file("doubles"), List.of("1,2,3"));
        assertThatThrownBy(this::open)
                .isInstanceOf(UnfitModelException.class)
                .hasMessageContaining("it must be a float32 tensor, as its metadata says");
    }

    private void open() {
        ModelRegistry registry = ModelRegistry.inDirectory(root, cache);
        ModelCheck.open(registry, registry.version("sum", "1"));
    }
}
