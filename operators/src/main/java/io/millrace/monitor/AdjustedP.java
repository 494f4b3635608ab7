package io.millrace.monitor;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * P-values adjusted for how many tests were made: one below a level is significant at that level.
 * Each is at its test's place, and at most 1.
 */
final class AdjustedP {

    private AdjustedP() {}

    /** Benjamini and Hochberg: the false discovery rate of independent tests. */
    static double[] benjaminiHochberg(double[] p) {
        return stepUp(p, 1);
    }

    /** Benjamini and Yekutieli: the false discovery rate, however the tests depend. */
    static double[] benjaminiYekutieli(double[] p) {
        double sum = 0;
        for (int i = 1; i <= p.length; i++) {
            sum += 1.0 / i;
        }
        return stepUp(p, sum);
    }

    /** Holm: the chance of any false one. */
    static double[] holm(double[] p) {
        var adjusted = new double[p.length];
        int[] order = ascending(p);
        double largest = 0;
        for (int rank = 0; rank < order.length; rank++) {
            largest = Math.max(largest, p[order[rank]] * (p.length - rank));
            adjusted[order[rank]] = Math.min(1, largest);
        }
        return adjusted;
    }

    /** Bonferroni: the same, more cautiously. */
    static double[] bonferroni(double[] p) {
        var adjusted = new double[p.length];
        for (int i = 0; i < p.length; i++) {
            adjusted[i] = Math.min(1, p[i] * p.length);
        }
        return adjusted;
    }

    private static double[] stepUp(double[] p, double factor) {
        var adjusted = new double[p.length];
        int[] order = ascending(p);
        double least = 1;
        for (int rank = order.length - 1; rank >= 0; rank--) {
            least = Math.min(least, p[order[rank]] * p.length / (rank + 1) * factor);
            adjusted[order[rank]] = least;
        }
        return adjusted;
    }

    private static int[] ascending(double[] p) {
        return IntStream.range(0, p.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> p[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
