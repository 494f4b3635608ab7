package io.millrace.inference;

import io.millrace.record.FeatureVector;
import io.millrace.record.Origin;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import java.util.function.DoubleConsumer;

/** Scores rows of features with a registered version: here, not in a job. */
public final class RowScorer implements AutoCloseable {
    private static final int ROWS_PER_RUN = 64;
    private static final long RUN_LIMIT_MILLIS = 60_000;
    private static final Origin ORIGIN = new Origin("rows", 0, 0, 0, null, new byte[0]);

    private final OnnxModel model;
    private final MicroBatch batch;
    private final DoubleConsumer scores;

    /**
     * Opens the version.
     *
     * @param scores takes each row's score, in the rows' order; NaN of one that the model refuses
     */
    public RowScorer(ModelRegistry registry, ModelVersion version, DoubleConsumer scores) {
        this.model = ModelCheck.load(registry, version);
        this.batch = new MicroBatch(model, ROWS_PER_RUN, RUN_LIMIT_MILLIS);
        this.scores = scores;
    }

    /** Takes a row, which is scored with others. */
    public void add(double[] features) {
        batch.add(new FeatureVector(ORIGIN, "", 0, "", features));
        if (batch.isFull()) {
            score();
        }
    }

    /** Scores the rows that wait for others. */
    public void flush() {
        if (!batch.isEmpty()) {
            score();
        }
    }

    private void score() {
        batch.score();
        for (int row = 0; row < batch.rows(); row++) {
            scores.accept(batch.refusal(row) == null ? batch.value(row) : Double.NaN);
        }
        batch.clear();
    }

    @Override
    public void close() {
        batch.close();
        model.close();
    }
}
