package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.record.Score;
import io.millrace.registry.ElementType;
import io.millrace.registry.Engine;
import io.millrace.registry.ModelInput;
import io.millrace.registry.ModelOutput;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelRegistryException;
import io.millrace.registry.ModelVersion;
import io.millrace.registry.SavedStage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkMlModelTest {
    @TempDir private Path folder;

    private static final ModelInput INPUT = SavedModels.logisticRegression().inputs().get(0);

    @Test
    void aRegisteredModelScoresItsGoldenRows() throws IOException {
        ModelRegistry registry = registry("\"flink-ml\"", "0.5,0.25,0.679178699175393");
        ModelVersion version = registry.version("risk", "1");
        assertThat(version.engine()).isEqualTo(Engine.FLINK_ML);
        try (Scorer model = ModelCheck.load(registry, version, ModelDevice.PROCESSOR);
                var batch = new MicroBatch(model, 2, Models.LONG_MILLIS)) {
            batch.add(Models.vector(0, 1, 2));
            batch.score();
            assertThat(batch.value(0)).isCloseTo(1 / (1 + Math.exp(-3)), within(1e-12));
            assertThat(batch.outputs(0))
                    .usingRecursiveFieldByFieldElementComparator()
                    .containsExactly(Score.Output.ofNumbers("prediction", new double[] {1}));
        }
        ModelCheck.tryOut(registry, version);
    }

    @Test
    void aRegisteredModelThatScoresAGoldenRowOtherwiseIsRefused() throws IOException {
        ModelRegistry registry = registry("\"flink-ml\"", "0.5,0.25,0.7");
        assertThatThrownBy(() -> ModelCheck.open(registry, registry.version("risk", "1")))
                .isInstanceOf(UnfitModelException.class)
                .hasMessageStartingWith("risk/1 scores its golden row 1 as 0.679");
    }

    @Test
    void anEngineThatNobodyKnowsIsNotRegistered() {
        assertThatThrownBy(() -> registry("\"pmml\"", "0.5,0.25,0.7"))
                .isInstanceOf(ModelRegistryException.class)
                .hasMessageContaining("engine is pmml; it must be one of onnx, flink-ml");
    }

    private ModelRegistry registry(String engine, String golden) throws IOException {
        Path saved = Files.createDirectory(folder.resolve("saved"));
        Path data = SavedModels.data(saved.resolve("model.data"), 1, 1);
        Path rows = Files.writeString(saved.resolve("golden.csv"), "a,b,raw\n" + golden + "\n");
        Files.writeString(
                saved.resolve("metadata.json"),
                """
                {"version": "1", "engine": %s, "digest": "%s", "bytes": %d,
                 "servable": {"className": "%s", "timestamp": 1, "paramMap": {"featuresCol": "x", "rawPredictionCol": "raw", "reg": 0.1}},
                 "inputs": [{"name": "x", "type": "float64", "shape": [-1, 2], "features": ["a", "b"]}],
                 "output": {"name": "raw", "type": "float64", "shape": [-1, 2], "meaning": "a test"},
                 "outputs": [{"name": "prediction", "type": "float64", "shape": [-1], "meaning": "a test"}],
                 "golden": {"digest": "%s", "bytes": %d}}
                """
                        .formatted(
                                engine,
                                Registries.digest(data),
                                Files.size(data),
                                SavedModels.LOGISTIC_REGRESSION,
                                Registries.digest(rows),
                                Files.size(rows)));
        ModelRegistry registry =
                ModelRegistry.inDirectory(
                        Files.createDirectory(folder.resolve("registry")), folder.resolve("cache"));
        registry.register("risk", saved);
        return registry;
    }

    @Test
    void aSupportVectorClassifierSaysOnWhichSideOfItsThresholdARowIs() throws Exception {
        var version =
                SavedModels.version(
                        new SavedStage(SavedModels.LINEAR_SVC, Map.of("threshold", "1.5")),
                        INPUT,
                        SavedModels.raw(ElementType.FLOAT64, "no", "yes"),
                        new ModelOutput("prediction", ElementType.FLOAT64, List.of(-1L), "a test"));
        try (var model = FlinkMlModel.load(data(2, -1), version, ModelDevice.PROCESSOR);
                var rows = model.rows(2, Models.LONG_MILLIS)) {
            rows.put(0, new double[] {1, 1});
            rows.put(1, new double[] {1, 0.25});
            rows.run(0, 2);
            assertThat(rows.score(0)).isEqualTo(-1);
            assertThat(rows.outputs(0).get(0).numbers()).containsExactly(0);
            assertThat(rows.score(1)).isEqualTo(-1.75);
            assertThat(rows.outputs(1).get(0).numbers()).containsExactly(1);
        }
    }

    @Test
    void noClassIsLoadedByTheNameThatTheMetadataSays() {
        assertRefused(
                version("java.lang.Runtime"),
                data(1, 1),
                "flink-ml's java.lang.Runtime cannot be served; it must be one of ["
                        + SavedModels.LOGISTIC_REGRESSION
                        + ", "
                        + SavedModels.LINEAR_SVC
                        + "]");
    }

    private static ModelVersion version(String className) {
        return SavedModels.version(
                new SavedStage(className, Map.of()),
                INPUT,
                SavedModels.raw(ElementType.FLOAT64, "0", "1"));
    }

    @Test
    void dataOfAnotherNumberOfFeaturesIsRefusedBeforeItIsRead() throws IOException {
        ModelVersion version = SavedModels.logisticRegression();
        assertRefused(
                version,
                data(1),
                "The model's data has 1 coefficients in 20 bytes; it must have 2, one for each of"
                        + " its features");
        Path longer = data(1, 1, 1);
        assertRefused(
                version, longer, longer + " has 36 bytes; it must have at most 28, for 2 features");
        Path lying = Files.write(folder.resolve("lying"), new byte[] {127, 127, 127, 127, 0});
        assertRefused(
                version,
                lying,
                "The model's data has 2139062143 coefficients in 5 bytes; it must have 2, one for"
                        + " each of its features");
        Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(bytes(data(1, 1)), 27));
        assertRefused(
                version,
                cut,
                "The model's data has 2 coefficients in 27 bytes; it must have 2, one for each of"
                        + " its features");
    }

    @Test
    void columnsThatTheModelDoesNotHaveAreRefused() {
        var saved = new SavedStage(SavedModels.LOGISTIC_REGRESSION, Map.of("featuresCol", "x"));
        ModelOutput raw = SavedModels.raw(ElementType.FLOAT64, "0", "1");
        assertRefused(
                SavedModels.version(saved, INPUT, raw),
                data(1, 1),
                "The metadata says the inputs [features]; it must say one, 'x' of float64, which"
                        + " flink-ml's model takes");
        assertRefused(
                SavedModels.version(
                        new SavedStage(SavedModels.LOGISTIC_REGRESSION, Map.of()),
                        INPUT,
                        SavedModels.raw(ElementType.FLOAT32, "0", "1")),
                data(1, 1),
                "The metadata says the output 'rawPrediction' of float32 with 2 classes; it must be"
                        + " a column of float64 that flink-ml's model adds, with two classes of a"
                        + " raw prediction");
        assertRefused(
                SavedModels.version(
                        new SavedStage(SavedModels.LOGISTIC_REGRESSION, Map.of()),
                        INPUT,
                        SavedModels.raw(ElementType.FLOAT64, "0", "1", "2")),
                data(1, 1),
                "The metadata says the output 'rawPrediction' of float64 with 3 classes; it must be"
                        + " a column of float64 that flink-ml's model adds, with two classes of a"
                        + " raw prediction");
    }

    @Test
    void aThresholdThatIsNoNumberIsRefused() {
        assertRefused(
                SavedModels.version(
                        new SavedStage(SavedModels.LINEAR_SVC, Map.of("threshold", "high")),
                        INPUT,
                        SavedModels.raw(ElementType.FLOAT64, "0", "1")),
                data(1, 1),
                "threshold is high; it must be a number");
    }

    private static void assertRefused(ModelVersion version, Path data, String message) {
        assertThatThrownBy(() -> FlinkMlModel.load(data, version, ModelDevice.PROCESSOR))
                .isInstanceOf(UnfitModelException.class)
                .hasMessage(message);
    }

    private Path data(double... coefficients) {
        try {
            return SavedModels.data(folder.resolve("model.data"), coefficients);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        return Files.readAllBytes(file);
    }
}
