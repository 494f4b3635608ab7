package io.millrace.monitor;

import io.millrace.record.Score;
import java.util.Arrays;

/**
 * Scores that are counted together: what is counted of each is copied, one row after the other, and
 * nothing else is kept of it.
 *
 * <p>One column for each feature, and a last one for the score.
 */
final class ScoreRows {
    /** So many at most. */
    static final int MOST = 64;

    private final int columns;
    private final double[] values;
    private final String[] decisions = new String[MOST];
    private int size;

    /**
     * @param features the first so many of a vector are counted
     */
    ScoreRows(int features) {
        columns = features + 1;
        values = new double[MOST * columns];
    }

    /** Copies a score; there must be room. Features that it does not have are missing. */
    void add(Score score) {
        double[] features = score.features();
        int at = size * columns;
        int scoreColumn = at + columns - 1;
        int known = Math.min(features.length, columns - 1);
        System.arraycopy(features, 0, values, at, known);
        if (at + known < scoreColumn) {
            Arrays.fill(values, at + known, scoreColumn, Double.NaN);
        }
        values[scoreColumn] = score.value();
        decisions[size] = score.decision();
        size++;
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
