package io.millrace.monitor;

import java.util.Arrays;

/**
 * Quantiles of a sorted sample by linear interpolation (type 7), with exact index arithmetic: no
 * rounding decides between which two values an edge lies.
 */
final class Quantiles {
    private final double[] sorted;

    /**
     * @param sorted finite values, ascending, at least one
     */
    Quantiles(double[] sorted) {
        this.sorted = sorted;
    }

    /** The quantile {@code part / parts}. */
    double at(int part, int parts) {
        long steps = (long) (sorted.length - 1) * part;
        int index = (int) (steps / parts);
        long rest = steps % parts;
        double low = sorted[index];
        if (rest == 0) {
            return low;
        }
        double high = sorted[index + 1];
        return low == high ? low : low + (double) rest / parts * (high - low);
    }

    /** The quantiles between equal parts, ascending, each once. */
    double[] between(int parts) {
        var edges = new double[parts - 1];
        for (int part = 1; part < parts; part++) {
            edges[part - 1] = at(part, parts);
        }
        return distinct(edges);
    }

    /** Each value once, ascending. */
    static double[] distinct(double[] values) {
        // -0.0 and 0.0 are one edge.
        return Arrays.stream(values).map(value -> value + 0.0).sorted().distinct().toArray();
    }
}
