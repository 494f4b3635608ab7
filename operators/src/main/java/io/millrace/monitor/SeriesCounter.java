package io.millrace.monitor;

import org.jspecify.annotations.Nullable;

/**
 * Counts one series of values into its cells, of which the first two are the missing values and the
 * warming ones: those of windows that reach back to before their history, which are not compared.
 */
abstract sealed class SeriesCounter permits NumberCounter, CategoryCounter, MissingCounter {
    static final int MISSING = 0;
    static final int WARMING = 1;

    /** The first cell that a kind of series has for itself. */
    static final int FIRST = 2;

    private final Watched watched;
    private final int index;
    private final int at;

    /**
     * @param index which series it is
     * @param at its first cell
     */
    SeriesCounter(Watched watched, int index, int at) {
        this.watched = watched;
        this.index = index;
        this.at = at;
    }

    Watched watched() {
        return watched;
    }

    int index() {
        return index;
    }

    /** Its first cell. */
    int at() {
        return at;
    }

    /** How many cells it takes. */
    abstract int width();

    /** How much it and its reference hold, in cells of some 40 bytes. */
    long weight() {
        return width();
    }

    /** What it counts the bins of; null where there is nothing. */
    abstract @Nullable FeatureReference reference();

    /** Counts a number; NaN and the infinite are missing. */
    abstract void count(double value, Counts counts);

    /** Counts the numbers of a column of some rows. */
    void count(ScoreRows rows, int column, Counts counts) {
        double[] values = rows.column(column);
        for (int row = 0; row < rows.size(); row++) {
            count(values[row], counts);
        }
    }

    /** Counts a category. */
    abstract void count(String category, Counts counts);

    /** Counts a value that is warming, whatever it is. */
    final void countWarming(Counts counts) {
        counts.cells()[at + WARMING]++;
    }

    /** How many rows have a value to compare, or should have. */
    long rows(Counts counts) {
        return counts.rows() - counts.cells()[at + WARMING];
    }

    long missing(Counts counts) {
        return counts.cells()[at + MISSING];
    }

    long valid(Counts counts) {
        return rows(counts) - missing(counts);
    }

    /** The share of missing values; there must be rows. */
    double missingRatio(Counts counts) {
        return (double) missing(counts) / rows(counts);
    }

    /** Adds some cells of this series to others. */
    abstract void merge(long[] from, long[] to);

    final void mergeWhole(int first, int last, long[] from, long[] to) {
        for (int cell = at + first; cell < at + last; cell++) {
            to[cell] += from[cell];
        }
    }
}
