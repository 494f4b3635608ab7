package io.millrace.monitor;

import org.apache.commons.numbers.gamma.LogBeta;
import org.apache.commons.numbers.gamma.RegularizedBeta;

/**
 * Whether a share is at least a floor, told again after every few rows: a p-value that is valid at
 * any number of looks.
 *
 * <p>The likelihood of k of n rows, mixed uniformly over all shares below the floor f, against that
 * of f itself (Robbins 1970, "Statistical methods related to the law of the iterated logarithm"):
 *
 * <pre>
 * M = B(k + 1, n - k + 1) I_f(k + 1, n - k + 1) / (f · f^k (1 - f)^(n - k))
 * </pre>
 *
 * with the beta function B and the regularised incomplete one I. It is a supermartingale for every
 * share of f or more, exactly, so that its largest value reaches 1/alpha with a chance of at most
 * alpha (Ville).
 */
final class ShareTest {
    private final double floor;
    private double largest;

    /**
     * @param floor the least share, between 0 and 1
     */
    ShareTest(double floor) {
        this.floor = floor;
    }

    /**
     * Looks once more at all that there is.
     *
     * @param rows how many rows are of the share
     * @param of how many rows there are
     */
    void look(long rows, long of) {
        double with = rows + 1.0;
        double without = of - rows + 1.0;
        double below = RegularizedBeta.value(floor, with, without);
        if (below > 0) {
            double logM =
                    LogBeta.value(with, without)
                            + Math.log(below)
                            - with * Math.log(floor)
                            - (without - 1) * Math.log1p(-floor);
            largest = Math.max(largest, logM);
        }
    }

    /** How likely it is, at most, that any look shows so small a share, where it is the floor. */
    double p() {
        return Math.exp(-largest);
    }
}
