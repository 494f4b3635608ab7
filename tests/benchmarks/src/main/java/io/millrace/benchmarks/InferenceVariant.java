package io.millrace.benchmarks;

/**
 * One run of the inference benchmark.
 *
 * @param model the registered model's name
 * @param rows how many rows a run of the model has; {@link #TUNED} where the stage chooses
 */
record InferenceVariant(Engine engine, String model, int rows) {
    static final int TUNED = 0;

    /** Who scores. */
    enum Engine {
        /** Nobody: what source and sink cost. */
        SOURCE("source and sink alone"),
        /** ONNX Runtime itself, over tensors that were made before. */
        RAW("ONNX Runtime"),
        /** The inference stage in a Flink job. */
        STAGE("inference stage");

        private final String title;

        Engine(String title) {
            this.title = title;
        }
    }

    String title() {
        return switch (engine) {
            case SOURCE -> engine.title;
            case RAW, STAGE ->
                    "%s, %s".formatted(engine.title, rows == TUNED ? "tuned" : rows + " rows");
        };
    }

    /** A name for its files. */
    String file() {
        return "%s-%s-%d".formatted(model, TypedName.of(engine), rows);
    }
}
