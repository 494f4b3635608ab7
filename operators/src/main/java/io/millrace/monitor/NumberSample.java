package io.millrace.monitor;

import java.util.Arrays;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.jspecify.annotations.Nullable;

/**
 * Numbers, all of which are kept; where they are too many, as a KLL sketch, whose ranks are off by
 * at most 0.09 % in 99 of 100 cases.
 */
final class NumberSample implements SeriesSample {
    /** So many of a profile's series are kept as they are: eight megabytes. */
    static final int EXACT = 1_000_000;

    /** 77 KB while a profile is made, which holds bins and no sketch. */
    static final int K = 3_200;

    private final Watched watched;
    private final int exact;
    private double[] valid = new double[1_024];
    private int size;
    private long missing;
    private @Nullable KllDoublesSketch sketch;
    private final Moments moments = new Moments();

    NumberSample(Watched watched) {
        this(watched, EXACT);
    }

    /**
     * @param exact so many are kept; of more, a sketch is made
     */
    NumberSample(Watched watched, int exact) {
        this.watched = watched;
        this.exact = exact;
    }

    @Override
    public void add(double value) {
        if (!Double.isFinite(value)) {
            missing++;
            return;
        }
        moments.add(value);
        if (sketch != null) {
            sketch.update(value);
            return;
        }
        if (size == exact) {
            sketch = sketched();
            sketch.update(value);
            return;
        }
        if (size == valid.length) {
            valid = Arrays.copyOf(valid, Math.min(2 * size, exact));
        }
        valid[size++] = value;
    }

    private KllDoublesSketch sketched() {
        var all = KllDoublesSketch.newHeapInstance(K);
        for (int i = 0; i < size; i++) {
            all.update(valid[i]);
        }
        valid = new double[0];
        size = 0;
        return all;
    }

    @Override
    public void add(String category) {
        throw new IllegalStateException(watched.name() + " is a number, not a category");
    }

    @Override
    public FeatureReference reference() {
        return sketch == null
                ? NumericReference.of(
                        watched.name(), watched.role(), Arrays.copyOf(valid, size), missing)
                : SketchedNumbers.reference(watched, sketch, moments, missing);
    }
}
