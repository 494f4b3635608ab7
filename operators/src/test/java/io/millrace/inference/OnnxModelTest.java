package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxModelTest {

    @Test
    void saysHowWideItsRowsAre() {
        try (var sum = Models.sum();
                var classes = Models.load("classes")) {
            assertThat(sum.inputWidth()).isEqualTo(2);
            assertThat(sum.outputWidth()).isEqualTo(1);
            assertThat(classes.outputWidth()).isEqualTo(2);
        }
    }

    @Test
    void aFileThatIsNoModelIsRefused(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("model.onnx"), "not a model");
        assertThatThrownBy(() -> OnnxModel.load(file, "features", "score"))
                .isInstanceOf(UnfitModelException.class)
                .hasMessageStartingWith(file + " is no model that ONNX Runtime can load: ");
    }

    @Test
    void aTruncatedModelIsRefused(@TempDir Path folder) throws IOException {
        byte[] bytes = Files.readAllBytes(Models.file("classes"));
        Path file =
                Files.write(folder.resolve("model.onnx"), Arrays.copyOf(bytes, bytes.length - 20));
        assertThatThrownBy(() -> OnnxModel.load(file, "features", "score"))
                .isInstanceOf(UnfitModelException.class);
    }

    @Test
    void anInputThatTheModelDoesNotHaveIsNamedBesideThoseItHas() {
        assertThatThrownBy(() -> OnnxModel.load(Models.file("sum"), "x", "score"))
                .isInstanceOf(UnfitModelException.class)
                .hasMessage("The model has no input 'x'; its inputs are [features]");
        assertThatThrownBy(() -> OnnxModel.load(Models.file("sum"), "features", "label"))
                .isInstanceOf(UnfitModelException.class)
                .hasMessage("The model has no output 'label'; its outputs are [score]");
    }

    @Test
    void tensorsOfDoublesAreRefused() {
        assertThatThrownBy(() -> Models.load("doubles"))
                .isInstanceOf(UnfitModelException.class)
                .hasMessageContaining("it must be a float32 tensor");
    }
}
