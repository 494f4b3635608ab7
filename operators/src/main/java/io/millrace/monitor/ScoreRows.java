package io.millrace.monitor;

import io.millrace.record.Score;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Scores that are counted together.
 *
 * <p>One column for each feature, one for the score, and one for what the features are together.
 */
final class ScoreRows {
    /** So many at most: what a series is counted by is fetched from memory once for all of them. */
    static final int MOST = 256;

    /**
     * Numbers up to this are summed as doubles first: the squares of {@value #MOST} of them come to
     * at most 2<sup>18</sup>, so that multiples of {@link FixedSum}'s unit are exact.
     */
    static final double NEAR = 32;

    private static final double[] NONE = {};

    private final int features;
    private final double[][] vectors = new double[MOST][];
    private final double[] feature = new double[MOST];
    private final double[] scores = new double[MOST];
    private final double[] errors = new double[MOST];
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
        this.features = features;
        Arrays.fill(vectors, NONE);
    }

    /** Adds a score; there must be room. Features that it does not have are missing. */
    void add(Score score) {
        double[] vector = score.features();
        vectors[size] = vector.length >= features ? vector : extended(vector);
        scores[size] = score.value();
        if (reconstruction != null) {
            double error = reconstruction.error(vector);
            errors[size] = error;
            residuals.add(error, reconstruction.rest());
        }
        decisions[size] = score.decision();
        size++;
    }

    private double[] extended(double[] vector) {
        double[] extended = Arrays.copyOf(vector, features);
        Arrays.fill(extended, vector.length, features, Double.NaN);
        return extended;
    }

    /** The column of the scores. */
    int scores() {
        return features;
    }

    /** The column of the reconstruction errors; 0 where nobody can tell. */
    int errors() {
        return features + 1;
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

    /** The numbers of a column, the first {@link #size}; until the next column is asked for. */
    double[] column(int column) {
        if (column == scores()) {
            return scores;
        }
        if (column == errors()) {
            return errors;
        }
        for (int row = 0; row < size; row++) {
            feature[row] = vectors[row][column];
        }
        return feature;
    }

    String decision(int row) {
        return decisions[row];
    }

    /** Lets go of all rows: of many segments most wait long for the next. */
    void clear() {
        Arrays.fill(vectors, 0, size, NONE);
        size = 0;
    }
}
