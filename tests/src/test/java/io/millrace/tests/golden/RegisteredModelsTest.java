package io.millrace.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.registry.GoldenRows;
import io.millrace.registry.ModelRegistry;
import io.millrace.tests.Repository;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The models in this repository: registered as they must be, and answering as they did. */
final class RegisteredModelsTest {
    private static final int FEATURES = 15;

    // Another machine's instructions round the last bits otherwise.
    private static final float TOLERANCE = 1e-6f;

    @TempDir Path cache;

    @ParameterizedTest
    @ValueSource(strings = {"card-fraud", "card-fraud-trees"})
    void theChampionScoresItsGoldenRowsAsRegistered(String model) throws Exception {
        var registry = ModelRegistry.inDirectory(Repository.path("jobs/pipelines/models"), cache);
        var version = registry.require(model, "champion");
        var golden = registry.golden(version).orElseThrow();

        assertThat(version.inputs())
                .singleElement()
                .satisfies(input -> assertThat(input.features()).hasSize(FEATURES));
        assertThat(version.metrics().get("roc_auc")).isGreaterThan(0.85);
        assertThat(golden.size()).isGreaterThanOrEqualTo(64);
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            try (var session =
                    OrtEnvironment.getEnvironment()
                            .createSession(registry.fetch(version).toString(), options)) {
                var together = score(session, golden, 0, golden.size());
                for (int row = 0; row < golden.size(); row++) {
                    assertThat(together[row])
                            .as("row %d", row)
                            .isCloseTo((float) golden.score(row), within(TOLERANCE))
                            .isEqualTo(score(session, golden, row, row + 1)[0]);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"card-fraud", "card-fraud-trees"})
    void aModelIsSmallEnoughForTheRepository(String model) throws Exception {
        assertThat(Files.size(Repository.path("jobs/pipelines/models/" + model + "/1/model.onnx")))
                .isLessThan(1_000_000);
    }

    private static float[] score(OrtSession session, GoldenRows golden, int from, int to)
            throws OrtException {
        var features = FloatBuffer.allocate((to - from) * FEATURES);
        for (int row = from; row < to; row++) {
            for (double feature : golden.features(row)) {
                features.put((float) feature);
            }
        }
        features.flip();
        try (var input =
                        OnnxTensor.createTensor(
                                OrtEnvironment.getEnvironment(),
                                features,
                                new long[] {to - from, FEATURES});
                var result = session.run(Map.of("features", input))) {
            var scores = new float[to - from];
            ((OnnxTensor) result.get(0)).getFloatBuffer().get(scores);
            return scores;
        }
    }
}
