package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spec.DeviceSpec;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trial of a GPU, where there is none. */
class GpuTrialTest {
    @TempDir private Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private int run(ModelDevice device) throws Exception {
        var out = new PrintStream(said, true, StandardCharsets.UTF_8);
        return new GpuTrial(device, 5, folder, out).run();
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void withoutAGpuItSaysSoAndEndsWithACodeOfItsOwn() throws Exception {
        assertThat(run(new ModelDevice(DeviceSpec.Kind.CUDA, 99, 0))).isEqualTo(GpuTrial.NO_GPU);
        assertThat(said()).startsWith("No GPU is at hand: ").hasLineCount(1);
    }

    @Test
    void onTheProcessorItComparesAllModelsAndMeasuresTheNetworks() throws Exception {
        assertThat(run(ModelDevice.PROCESSOR)).isEqualTo(GpuTrial.GOOD);
        assertThat(said())
                .startsWith("Runs on cpu.")
                .contains("68 models, 0 of them wrong; the farthest number is 0.0e+00 apart")
                .contains("A network of 784 inputs (784 → 1024 → 1024 → 1): rows per second")
                .containsPattern("\\n +4,096 +[\\d,]+ +[\\d,]+\\n")
                .containsPattern("The engine's best is \\d\\.\\d\\d × the best");
        assertThat(Files.size(folder.resolve("network-784.onnx"))).isGreaterThan(7_000_000);
    }
}
