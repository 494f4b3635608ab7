package io.millrace.inference;

import io.millrace.record.FeatureVector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are scored in one run, with the buffers that the run reads and writes. Reused from run
 * to run.
 *
 * <p>Invariants: the first {@code rows()} slots hold a vector each, in the order of their arrival,
 * and the input buffer holds their numbers; after {@link #score} each of them has either a finite
 * value or a refusal.
 */
final class MicroBatch {
    private final int inputWidth;
    private final int outputWidth;
    private final FeatureVector[] vectors;
    private final @Nullable String[] refusals;
    private final FloatBuffer input;
    private final FloatBuffer output;
    private int rows;

    MicroBatch(int capacity, int inputWidth, int outputWidth) {
        this.inputWidth = inputWidth;
        this.outputWidth = outputWidth;
        this.vectors = new FeatureVector[capacity];
        this.refusals = new String[capacity];
        this.input = directFloats(capacity * inputWidth);
        this.output = directFloats(capacity * outputWidth);
    }

    private static FloatBuffer directFloats(int count) {
        // ONNX Runtime reads native order; a big-endian buffer would be scored as garbage,
        // silently.
        return ByteBuffer.allocateDirect(count * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /**
     * Copies the vector's numbers into the run's own buffer, so that nobody can change them
     * afterwards.
     */
    void add(FeatureVector vector) {
        double[] values = vector.values();
        if (values.length != inputWidth) {
            throw new IllegalArgumentException(
                    "The feature vector has %d values; it must have the %d of the model"
                            .formatted(values.length, inputWidth));
        }
        int start = rows * inputWidth;
        for (int i = 0; i < inputWidth; i++) {
            input.put(start + i, (float) values[i]);
        }
        vectors[rows] = vector;
        rows++;
    }

    /** Scores all rows; a run that fails is halved until the rows are known that make it fail. */
    void score(Scorer scorer) {
        score(scorer, 0, rows);
        for (int row = 0; row < rows; row++) {
            if (refusals[row] == null
                    && !Float.isFinite(output.get(row * outputWidth + outputWidth - 1))) {
                refusals[row] = "The score is " + value(row) + "; it must be finite";
            }
        }
    }

    private void score(Scorer scorer, int from, int to) {
        int count = to - from;
        try {
            scorer.score(
                    input.slice(from * inputWidth, count * inputWidth),
                    output.slice(from * outputWidth, count * outputWidth),
                    count);
        } catch (ScoringException e) {
            if (count == 1) {
                refusals[from] = e.getMessage();
            } else {
                int middle = from + count / 2;
                score(scorer, from, middle);
                score(scorer, middle, to);
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
        return output.get(row * outputWidth + outputWidth - 1);
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
}
