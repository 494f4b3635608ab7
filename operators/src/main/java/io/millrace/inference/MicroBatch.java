package io.millrace.inference;

import io.millrace.record.FeatureVector;
import io.millrace.record.Score;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Vectors that a model scores in one run. Reused from run to run.
 *
 * <p>Invariants: the first {@code rows()} slots hold a vector each, in the order of their arrival;
 * after {@link #score} each of them has either a finite score or a refusal.
 */
final class MicroBatch implements AutoCloseable {
    private final int inputWidth;
    private final ScoringRows scored;
    private final FeatureVector[] vectors;
    private final @Nullable String[] refusals;
    private int rows;

    MicroBatch(Scorer model, int capacity) {
        this.inputWidth = model.inputWidth();
        this.scored = model.rows(capacity);
        this.vectors = new FeatureVector[capacity];
        this.refusals = new String[capacity];
    }

    /**
     * Copies the vector's numbers into the run's own memory, so that nobody can change them
     * afterwards.
     */
    void add(FeatureVector vector) {
        double[] values = vector.values();
        if (values.length != inputWidth) {
            throw new IllegalArgumentException(
                    "The feature vector has %d values; it must have the %d of the model"
                            .formatted(values.length, inputWidth));
        }
        refusals[rows] = scored.put(rows, values);
        vectors[rows] = vector;
        rows++;
    }

    /** Scores all rows; a run that fails is halved until the rows are known that make it fail. */
    void score() {
        score(0, rows);
        for (int row = 0; row < rows; row++) {
            if (refusals[row] == null) {
                refusals[row] = scored.refusal(row);
            }
        }
    }

    private void score(int from, int to) {
        try {
            scored.run(from, to);
        } catch (ScoringException e) {
            if (to - from == 1) {
                refusals[from] = refusals[from] == null ? e.getMessage() : refusals[from];
            } else {
                int middle = from + (to - from) / 2;
                score(from, middle);
                score(middle, to);
            }
        }
    }

    int rows() {
        return rows;
    }

    boolean isEmpty() {
        return rows == 0;
    }

    boolean isFull() {
        return rows == vectors.length;
    }

    FeatureVector vector(int row) {
        return vectors[row];
    }

    /** The score of a row that was not refused. */
    double value(int row) {
        return scored.score(row);
    }

    /** What else the model says of a row that was not refused. */
    List<Score.Output> outputs(int row) {
        return scored.outputs(row);
    }

    /** Why the row has no score, or null where it has one. */
    @Nullable String refusal(int row) {
        return refusals[row];
    }

    void clear() {
        Arrays.fill(vectors, 0, rows, null);
        Arrays.fill(refusals, 0, rows, null);
        rows = 0;
    }

    /** Gives back its memory, when no run is under way. */
    @Override
    public void close() {
        scored.close();
    }
}
