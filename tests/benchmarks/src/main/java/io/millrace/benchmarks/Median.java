package io.millrace.benchmarks;

import java.util.Collection;
import java.util.function.ToDoubleFunction;

/** The value in the middle, which one bad round does not move. */
public final class Median {

    private Median() {}

    /** The median over some runs; NaN where there are none. */
    public static <T> double of(Collection<T> runs, ToDoubleFunction<T> value) {
        double[] sorted = runs.stream().mapToDouble(value).sorted().toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
