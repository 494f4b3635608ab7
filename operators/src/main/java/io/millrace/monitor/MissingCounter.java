package io.millrace.monitor;

import org.jspecify.annotations.Nullable;

/** Counts the missing values of a series that has no reference. */
final class MissingCounter extends SeriesCounter {

    MissingCounter(Watched watched, int index, int at) {
        super(watched, index, at);
    }

    @Override
    int width() {
        return FIRST;
    }

    @Override
    @Nullable FeatureReference reference() {
        return null;
    }

    @Override
    void count(double value, Counts counts) {
        if (!Double.isFinite(value)) {
            counts.cells()[at() + MISSING]++;
        }
    }

    @Override
    void count(String category, Counts counts) {
        // No category is missing.
    }

    @Override
    void merge(long[] from, long[] to) {
        mergeWhole(MISSING, width(), from, to);
    }
}
