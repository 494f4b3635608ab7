package io.millrace.monitor;

import io.millrace.record.Score;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Scores that are counted together: what is counted of each is copied, one row after the other, and
 * nothing else is kept of it.
 *
 * <p>One column for each feature, one for the score, and one for what the features are together.
 */
final class ScoreRows {
    /** So many at most. */
    static final int MOST = 64;

    private final int columns;
    private final double[] values;
    private final String[] decisions = new String[MOST];
    private int size;

    /** What the features are together; null where that is not counted. */
    private final @Nullable Reconstruction reconstruction;

    private final ResidualSums residuals;

    /**
     * @param features the first so many of a vector are counted
     */
    ScoreRows(int features, @Nullable Reconstruction reconstruction) {
        this.reconstruction = reconstruction;
        residuals = new ResidualSums(reconstruction == null ? 0 : reconstruction.rest().length);
        columns = features + 2;
        values = new double[MOST * columns];
    }

    /** Copies a score; there must be room. Features that it does not have are missing. */
    void add(Score score) {
        double[] features = score.features();
        int at = size * columns;
        int known = Math.min(features.length, scores());
        System.arraycopy(features, 0, values, at, known);
        if (known < scores()) {
            Arrays.fill(values, at + known, at + scores(), Double.NaN);
        }
        values[at + scores()] = score.value();
        if (reconstruction != null) {
            double error = reconstruction.error(features);
            values[at + errors()] = error;
            residuals.add(error, reconstruction.rest());
        }
        decisions[size] = score.decision();
        size++;
    }

    /** The column of the scores. */
    int scores() {
        return columns - 2;
    }

    /** The column of the reconstruction errors; 0 where nobody can tell. */
    int errors() {
        return columns - 1;
    }

    /** What the errors are made of, of the rows that have been added since it was last moved. */
    ResidualSums residuals() {
        return residuals;
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return size == MOST;
    }

    double value(int row, int column) {
        return values[row * columns + column];
    }

    String decision(int row) {
        return decisions[row];
    }

    void clear() {
        size = 0;
    }
}
