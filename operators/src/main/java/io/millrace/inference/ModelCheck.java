package io.millrace.inference;

import io.millrace.record.FeatureVector;
import io.millrace.record.Origin;
import io.millrace.registry.GoldenRows;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import java.nio.file.Path;

/** Whether a registered version can serve, before anything relies on it. */
public final class ModelCheck {
    /**
     * How far a golden row's score may lie from the registered one, of a score beyond 1 as a share
     * of it: other processors round otherwise.
     */
    private static final double GOLDEN_TOLERANCE = 1e-5;

    private static final int ROWS_PER_RUN = 64;

    /** A model that takes longer over so few rows scores no stream. */
    private static final long RUN_LIMIT_MILLIS = 60_000;

    private ModelCheck() {}

    /**
     * Fetches the version and opens it: its digest, its signature against its metadata, and its
     * golden rows.
     *
     * @throws io.millrace.registry.ModelRegistryException when it cannot be fetched or its bytes
     *     are others
     * @throws UnfitModelException when it is no model, has another signature, or scores its golden
     *     rows otherwise
     */
    public static void open(ModelRegistry registry, ModelVersion version) {
        load(registry, version).close();
    }

    /**
     * The same, and runs rows of zeros: whatever they score, the model must come back. For a
     * process that may be ended, since a model may take all memory or never come back.
     */
    public static void tryOut(ModelRegistry registry, ModelVersion version) {
        try (Scorer model = load(registry, version);
                var batch = new MicroBatch(model, ROWS_PER_RUN, RUN_LIMIT_MILLIS)) {
            var origin = new Origin("trial", 0, 0, 0, null, new byte[0]);
            var zeros = new FeatureVector(origin, "", 0, "", new double[model.inputWidth()]);
            while (!batch.isFull()) {
                batch.add(zeros);
            }
            batch.score();
        }
    }

    private static Scorer load(ModelRegistry registry, ModelVersion version) {
        return load(registry, version, ModelDevice.PROCESSOR);
    }

    static Scorer load(ModelRegistry registry, ModelVersion version, ModelDevice device) {
        Path file = registry.fetch(version);
        Scorer model =
                switch (version.engine()) {
                    case ONNX -> OnnxModel.load(file, version, device);
                    case FLINK_ML -> FlinkMlModel.load(file, version, device);
                };
        try {
            registry.golden(version).ifPresent(golden -> compare(version, model, golden));
            return model;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static void compare(ModelVersion version, Scorer model, GoldenRows golden) {
        var origin = new Origin("golden", 0, 0, 0, null, new byte[0]);
        try (var batch = new MicroBatch(model, ROWS_PER_RUN, RUN_LIMIT_MILLIS)) {
            for (int row = 0; row < golden.size(); row++) {
                batch.add(new FeatureVector(origin, "golden-" + row, 0, "", golden.features(row)));
                if (batch.isFull() || row == golden.size() - 1) {
                    batch.score();
                    compare(version, batch, golden, row + 1 - batch.rows());
                    batch.clear();
                }
            }
        }
    }

    private static void compare(
            ModelVersion version, MicroBatch batch, GoldenRows golden, int firstRow) {
        for (int row = 0; row < batch.rows(); row++) {
            String refusal = batch.refusal(row);
            double expected = golden.score(firstRow + row);
            if (refusal != null) {
                throw new UnfitModelException(
                        "%s fails on its golden row %d: %s"
                                .formatted(version, firstRow + row + 1, refusal));
            }
            double tolerance = GOLDEN_TOLERANCE * Math.max(1, Math.abs(expected));
            if (!(Math.abs(batch.value(row) - expected) <= tolerance)) {
                throw new UnfitModelException(
                        "%s scores its golden row %d as %s; it must score %s, as when it was registered"
                                .formatted(
                                        version, firstRow + row + 1, batch.value(row), expected));
            }
        }
    }
}
