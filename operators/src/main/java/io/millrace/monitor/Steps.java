package io.millrace.monitor;

import java.util.Arrays;

/**
 * A sample as a distribution function: its values, ascending and each once, and how many rows are
 * at or below each.
 */
final class Steps {
    private final double[] values;
    private final long[] upTo;

    private Steps(double[] values, long[] upTo) {
        this.values = values;
        this.upTo = upTo;
    }

    /** Of finite values in any order, at least one. */
    static Steps of(double[] sample) {
        double[] sorted = sample.clone();
        Arrays.sort(sorted);
        var values = new double[sorted.length];
        var upTo = new long[sorted.length];
        int last = -1;
        for (int i = 0; i < sorted.length; i++) {
            // == so that -0.0 and 0.0 are one value.
            if (last < 0 || values[last] != sorted[i]) {
                values[++last] = sorted[i];
            }
            upTo[last] = i + 1L;
        }
        return new Steps(Arrays.copyOf(values, last + 1), Arrays.copyOf(upTo, last + 1));
    }

    /**
     * Of masses at points.
     *
     * @param points ascending, some perhaps equal
     * @param counts how many rows are at each, some perhaps 0; not all
     */
    static Steps of(double[] points, long[] counts) {
        var upTo = new long[points.length];
        long sum = 0;
        for (int i = 0; i < points.length; i++) {
            sum += counts[i];
            upTo[i] = sum;
        }
        return new Steps(points, upTo);
    }

    long rows() {
        return upTo[upTo.length - 1];
    }

    /** The Kolmogorov-Smirnov distance: the largest difference of the two functions. */
    double largestDifference(Steps other) {
        double largest = 0;
        int i = 0;
        int j = 0;
        while (i < values.length || j < other.values.length) {
            double at = next(i, other, j);
            i = past(at, i);
            j = other.past(at, j);
            largest = Math.max(largest, Math.abs(share(i) - other.share(j)));
        }
        return largest;
    }

    /** The first Wasserstein distance: the area between the two functions. */
    double areaBetween(Steps other) {
        double area = 0;
        int i = 0;
        int j = 0;
        double from = next(i, other, j);
        while (i < values.length || j < other.values.length) {
            double at = next(i, other, j);
            area += Math.abs(share(i) - other.share(j)) * (at - from);
            from = at;
            i = past(at, i);
            j = other.past(at, j);
        }
        return area;
    }

    private double next(int i, Steps other, int j) {
        double mine = i < values.length ? values[i] : Double.POSITIVE_INFINITY;
        double its = j < other.values.length ? other.values[j] : Double.POSITIVE_INFINITY;
        return Math.min(mine, its);
    }

    /** The first step after a value. */
    private int past(double at, int from) {
        int step = from;
        while (step < values.length && values[step] <= at) {
            step++;
        }
        return step;
    }

    /** The share of rows before a step. */
    private double share(int step) {
        return step == 0 ? 0 : (double) upTo[step - 1] / rows();
    }
}
