package io.millrace.inference;

import io.millrace.registry.ElementType;
import io.millrace.registry.ModelInput;
import io.millrace.registry.ModelOutput;
import io.millrace.registry.ModelVersion;
import io.millrace.registry.SavedStage;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.memory.DataOutputViewStreamWrapper;
import org.apache.flink.ml.linalg.Vectors;
import org.apache.flink.ml.linalg.typeinfo.DenseVectorSerializer;

/** Models of two features as flink-ml saves them. */
final class SavedModels {
    static final String LOGISTIC_REGRESSION =
            "org.apache.flink.ml.classification.logisticregression.LogisticRegressionModel";

    static final String LINEAR_SVC = "org.apache.flink.ml.classification.linearsvc.LinearSVCModel";

    private SavedModels() {}

    /** Writes a data file by flink-ml's own serializer, with the number of its version. */
    static Path data(Path file, double... coefficients) throws IOException {
        try (var out = new DataOutputStream(Files.newOutputStream(file))) {
            new DenseVectorSerializer()
                    .serialize(Vectors.dense(coefficients), new DataOutputViewStreamWrapper(out));
            out.writeLong(0);
        }
        return file;
    }

    static ModelVersion logisticRegression() {
        return version(
                new SavedStage(LOGISTIC_REGRESSION, Map.of()),
                new ModelInput(
                        "features", ElementType.FLOAT64, List.of(-1L, 2L), List.of("a", "b")),
                raw(ElementType.FLOAT64, "0", "1"));
    }

    static ModelOutput raw(ElementType type, String... classes) {
        var names = List.of(classes);
        return new ModelOutput(
                "rawPrediction",
                type,
                List.of(-1L, (long) names.size()),
                "a test",
                names,
                names.get(names.size() - 1));
    }

    static ModelVersion version(
            SavedStage saved, ModelInput input, ModelOutput score, ModelOutput... outputs) {
        return new ModelVersion(
                "test",
                "1",
                "sha256:" + "0".repeat(64),
                1,
                List.of(input),
                score,
                List.of(outputs),
                null,
                Map.of(),
                saved);
    }
}
