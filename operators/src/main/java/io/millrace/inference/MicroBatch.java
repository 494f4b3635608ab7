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
    private final boolean[] overdue;
    private int fullAt;
    private int rows;

    /**
     * Room for vectors.
     *
     * @param limitMillis how long a run may take
     */
    MicroBatch(Scorer model, int capacity, long limitMillis) {
        this.inputWidth = model.inputWidth();
        this.scored = model.rows(capacity, limitMillis);
        this.overdue = new boolean[capacity];
        this.vectors = new FeatureVector[capacity];
        this.refusals = new String[capacity];
        this.fullAt = capacity;
    }

    /** Is full with so many rows from now on, at most its capacity. */
    void fillTo(int rowsOfAFullBatch) {
        fullAt = Math.min(rowsOfAFullBatch, vectors.length);
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

    /**
     * Scores all rows. A run that fails is halved until the rows are known that make it fail. One
     * that takes too long is halved too; where both halves do, the model is slow, and no single row
     * is to blame.
     */
    void score() {
        ScoringException failure = failureOf(0, rows);
        if (failure != null) {
            halve(0, rows, failure);
        }
        for (int row = 0; row < rows; row++) {
            if (refusals[row] == null) {
                refusals[row] = scored.refusal(row);
            }
        }
    }

    /** Refuses all rows without a run. */
    void refuse(String detail) {
        for (int row = 0; row < rows; row++) {
            refuse(row, detail, true);
        }
    }

    private @Nullable ScoringException failureOf(int from, int to) {
        try {
            scored.run(from, to);
            return null;
        } catch (ScoringException e) {
            return e;
        }
    }

    private void halve(int from, int to, ScoringException failure) {
        int middle = from + (to - from) / 2;
        ScoringException first = middle == from ? failure : failureOf(from, middle);
        ScoringException second = middle == from ? failure : failureOf(middle, to);
        boolean isSlow = first != null && second != null && first.isOverdue() && second.isOverdue();
        if (middle == from || isSlow) {
            for (int row = from; row < to; row++) {
                refuse(row, String.valueOf(failure.getMessage()), failure.isOverdue());
            }
            return;
        }
        if (first != null) {
            halve(from, middle, first);
        }
        if (second != null) {
            halve(middle, to, second);
        }
    }

    private void refuse(int row, String detail, boolean isOverdue) {
        if (refusals[row] == null) {
            refusals[row] = detail;
            overdue[row] = isOverdue;
        }
    }

    /** Whether no row was answered in time. */
    boolean isUnanswered() {
        for (int row = 0; row < rows; row++) {
            if (!overdue[row]) {
                return false;
            }
        }
        return rows > 0;
    }

    int rows() {
        return rows;
    }

    boolean isEmpty() {
        return rows == 0;
    }

    boolean isFull() {
        return rows >= fullAt;
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

    /** Whether the row has no score since the model did not answer in time. */
    boolean isOverdue(int row) {
        return overdue[row];
    }

    void clear() {
        Arrays.fill(vectors, 0, rows, null);
        Arrays.fill(refusals, 0, rows, null);
        Arrays.fill(overdue, 0, rows, false);
        rows = 0;
    }

    /** Gives back its memory, when no run is under way. */
    @Override
    public void close() {
        scored.close();
    }
}
