package io.millrace.inference;

import io.millrace.record.FeatureVector;
import io.millrace.record.Origin;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;

/** The models of {@code models/make.py}, and vectors for them. */
final class Models {

    private Models() {}

    /** Two features; the score is their sum. */
    static OnnxModel sum() {
        return OnnxModel.load(file("sum"), "features", "score");
    }

    static OnnxModel load(String name) {
        return OnnxModel.load(file(name), "features", "score");
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
}
