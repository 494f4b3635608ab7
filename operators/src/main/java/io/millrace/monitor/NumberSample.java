package io.millrace.monitor;

import java.util.Arrays;

/** Numbers, all of which are kept. */
final class NumberSample implements SeriesSample {
    private final Watched watched;
    private double[] valid = new double[1_024];
    private int size;
    private long missing;

    NumberSample(Watched watched) {
        this.watched = watched;
    }

    @Override
    public void add(double value) {
        if (!Double.isFinite(value)) {
            missing++;
            return;
        }
        if (size == valid.length) {
            valid = Arrays.copyOf(valid, 2 * size);
        }
        valid[size++] = value;
    }

    @Override
    public void add(String category) {
        throw new IllegalStateException(watched.name() + " is a number, not a category");
    }

    @Override
    public FeatureReference reference() {
        return NumericReference.of(
                watched.name(), watched.role(), Arrays.copyOf(valid, size), missing);
    }
}
