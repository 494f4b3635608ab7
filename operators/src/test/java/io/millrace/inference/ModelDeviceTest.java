package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.record.FeatureVector;
import io.millrace.record.Score;
import io.millrace.registry.RegistryAddress;
import io.millrace.spec.BatchSpec;
import io.millrace.spec.DeviceSpec;
import io.millrace.spec.DeviceSpec.Kind;
import io.millrace.spec.ModelSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of {@code model.device} where there is no GPU, as on the machines that test this.
 */
class ModelDeviceTest {
    private static final ModelDevice CUDA = ModelDevice.of(new DeviceSpec(Kind.CUDA, 1 << 30));

    @Test
    void theGpusOfAProcessAreDealtOutToItsSubtasksInTurn() {
        List<String> indexes = List.of("10", "3", "0");
        assertThat(IntStream.range(0, 5).map(task -> CUDA.among(indexes, task).index()))
                .containsExactly(0, 3, 10, 0, 3);
        assertThat(CUDA.among(indexes, 1)).isEqualTo(new ModelDevice(Kind.CUDA, 3, 1 << 30));
    }

    @Test
    void theFirstGpuIsTakenWhereFlinkKnowsOfNone() {
        assertThat(CUDA.among(List.of(), 7).index()).isZero();
    }

    @Test
    void anIndexThatIsNoNumberIsRefused() {
        assertThatThrownBy(() -> CUDA.among(List.of("GPU-7c2f"), 0))
                .isInstanceOf(UnfitModelException.class)
                .hasMessage(
                        "Flink's external resource gpu has the index 'GPU-7c2f'; it must be a"
                                + " number");
    }

    @Test
    void cudaWithoutAGpuIsRefusedWithWhatMustBeThere() {
        assertThatThrownBy(
                        () ->
                                OnnxModel.load(
                                        Models.file("sum"),
                                        Models.version("features", "score"),
                                        CUDA))
                .isInstanceOf(UnfitModelException.class)
                .hasMessageContaining(
                        OnnxRuntime.isBuiltForGpus()
                                ? "cannot be loaded on gpu 0, which must be an NVIDIA GPU with its"
                                        + " driver and CUDA's libraries: "
                                : "model.device is cuda, and this process's ONNX Runtime is the one"
                                        + " without GPUs (onnxruntime, not onnxruntime_gpu); the"
                                        + " GPU's build must be in Flink's lib/, or model.device"
                                        + " auto or cpu");
    }

    @Test
    void autoWithoutAGpuScoresOnTheProcessorAndSaysSo() throws ScoringException {
        var auto = ModelDevice.of(new DeviceSpec(Kind.AUTO, 0));
        try (var model =
                        OnnxModel.load(
                                Models.file("sum"), Models.version("features", "score"), auto);
                var rows = model.rows(1, Models.LONG_MILLIS)) {
            assertThat(model.device()).isEqualTo("cpu");
            rows.put(0, new double[] {1, 2});
            rows.run(0, 1);
            assertThat(rows.score(0)).isEqualTo(3);
        }
    }

    @Test
    void aJobThatDemandsAGpuDoesNotStartWhereThereIsNone(@TempDir Path registry) throws Exception {
        InferenceConfig config = config(registry);
        try (var harness = harness(config.on(CUDA))) {
            assertThatThrownBy(harness::open)
                    .isInstanceOf(UnfitModelException.class)
                    .hasMessageContaining("GPU");
        }
        var auto = ModelDevice.of(new DeviceSpec(Kind.AUTO, 0));
        try (var harness = harness(config.on(auto))) {
            harness.open();
            harness.processElement(Models.vector(0, 1, 2), 0);
            harness.endInput();
            assertThat(harness.extractOutputValues()).extracting(Score::value).containsExactly(3.0);
        }
        assertThat(ModelHost.hosted()).isZero();
    }

    /** A GPU as Flink's plugin tells of it. */
    private record Gpu(String index) implements ExternalResourceInfo {
        @Override
        public Optional<String> getProperty(String key) {
            return key.equals("index") ? Optional.of(index) : Optional.empty();
        }

        @Override
        public Collection<String> getKeys() {
            return Set.of("index");
        }
    }

    @Test
    void theGpuIsOneOfThoseThatFlinkGivesToTheTaskManager(@TempDir Path registry) throws Exception {
        var environment =
                new MockEnvironmentBuilder()
                        .setExternalResourceInfoProvider(
                                name -> name.equals("gpu") ? Set.of(new Gpu("odd")) : Set.of())
                        .build();
        InferenceConfig config = config(registry);
        try (environment;
                var harness =
                        new OneInputStreamOperatorTestHarness<FeatureVector, Score>(
                                new InferenceOperatorFactory(config.on(CUDA)), environment)) {
            assertThatThrownBy(harness::open)
                    .isInstanceOf(UnfitModelException.class)
                    .hasMessage(
                            "Flink's external resource gpu has the index 'odd'; it must be a"
                                    + " number");
        }
    }

    private static InferenceConfig config(Path registry) throws IOException {
        Registries.register(registry, "sum", Models.file("sum"), List.of("1,2,3"));
        return new InferenceConfig(
                RegistryAddress.directory(registry),
                new InferenceConfig.PinnedVersion(
                        "sum", "1", Registries.digest(Models.file("sum"))),
                null,
                BatchSpec.fixed(4, Duration.ofMillis(10)),
                ModelSpec.Run.AUTO,
                Models.LONG_MILLIS,
                1,
                "review",
                "approve");
    }

    private static OneInputStreamOperatorTestHarness<FeatureVector, Score> harness(
            InferenceConfig config) throws Exception {
        return new OneInputStreamOperatorTestHarness<>(new InferenceOperatorFactory(config));
    }

    @Test
    void aFileThatIsNoModelIsNotTheGpusFault(@TempDir Path folder) {
        var auto = ModelDevice.of(new DeviceSpec(Kind.AUTO, 0));
        Path missing = folder.resolve("model.onnx");
        assertThatThrownBy(() -> OnnxModel.load(missing, Models.version("features", "score"), auto))
                .isInstanceOf(UnfitModelException.class)
                .hasMessageStartingWith(missing + " is no model that ONNX Runtime can load: ");
    }

    @Test
    void aModelOfFlinkMlIsRefusedOnCudaAndRunsOnTheProcessorByAuto(@TempDir Path folder)
            throws Exception {
        Path data = SavedModels.data(folder.resolve("model.data"), 1, 1);
        assertThatThrownBy(() -> FlinkMlModel.load(data, SavedModels.logisticRegression(), CUDA))
                .isInstanceOf(UnfitModelException.class)
                .hasMessage(
                        "model.device is cuda, and test/1 is a model of flink-ml; model.device must"
                                + " be auto or cpu");
        var auto = ModelDevice.of(new DeviceSpec(Kind.AUTO, 0));
        try (var model = FlinkMlModel.load(data, SavedModels.logisticRegression(), auto)) {
            assertThat(model.device()).isEqualTo("cpu");
        }
    }
}
