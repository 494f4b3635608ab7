package io.millrace.inference;

import io.millrace.record.FeatureVector;
import io.millrace.record.Origin;
import io.millrace.registry.ElementType;
import io.millrace.registry.ModelInput;
import io.millrace.registry.ModelOutput;
import io.millrace.registry.ModelVersion;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The models of {@code models/make.py}, and vectors for them. */
final class Models {

    /** A limit that no run of a test comes near. */
    static final long LONG_MILLIS = 60_000;

    private Models() {}

    /** Two features; the score is their sum. */
    static OnnxModel sum() {
        return load("sum");
    }

    /** A model of two features. */
    static OnnxModel load(String name) {
        return OnnxModel.load(file(name), version("features", "score"));
    }

    /** A version of a model of two features. */
    static ModelVersion version(String input, String output) {
        return version(
                List.of(
                        new ModelInput(
                                input, ElementType.FLOAT32, List.of(-1L, 2L), List.of("a", "b"))),
                new ModelOutput(output, ElementType.FLOAT32, List.of(-1L, -1L), "a test"));
    }

    static ModelVersion version(
            List<ModelInput> inputs, ModelOutput score, ModelOutput... outputs) {
        String digest = "sha256:" + "0".repeat(64);
        return new ModelVersion(
                "test", "1", digest, 1, inputs, score, List.of(outputs), null, Map.of());
    }

    static Path file(String name) {
        URL resource =
                Objects.requireNonNull(Models.class.getResource("/models/" + name + ".onnx"), name);
        try {
            return Path.of(resource.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static FeatureVector vector(long offset, double... values) {
        var origin = new Origin("transactions", 0, offset, 1_000, null, new byte[] {1});
        return new FeatureVector(origin, "event-" + offset, 10 * offset, "card-7", values);
    }

    /** A row of one of many models. */
    static FeatureVector vector(int row, String model, String entity, double a) {
        var vector = vector(row, a, 0.5);
        return new FeatureVector(
                vector.origin(),
                vector.eventId(),
                vector.eventTimeMillis(),
                entity,
                "",
                model,
                vector.values(),
                vector.warming());
    }
}
