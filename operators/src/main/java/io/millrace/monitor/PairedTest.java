package io.millrace.monitor;

/**
 * Whether differences of pairs have a mean of 0, told again after every few of them: a p-value that
 * is valid at any number of looks.
 *
 * <p>With S the sum of differences and V the sum of their squares, {@code exp(lS - l²V/2)} is a
 * supermartingale for every l where differences are symmetric around 0 (de la Peña 1999, "A general
 * class of exponential inequalities for martingales and ratios"; Howard, Ramdas, McAuliffe and
 * Sekhon 2020, "Time-uniform Chernoff bounds via nonnegative supermartingales", table 3), and in
 * the limit of many pairs where their mean is 0. Mixed over l from N(0, r²) it is
 *
 * <pre>
 * M = exp(r²S² / (2 (1 + r²V))) / sqrt(1 + r²V)
 * </pre>
 *
 * and by Ville's inequality the largest M of all looks reaches 1/alpha with a chance of at most
 * alpha. Both directions share that chance.
 */
final class PairedTest {
    /**
     * The variance r² of the mixture. It decides how many pairs are found out about soonest, and
     * nothing about validity: here those with about thirty differences of 1 or -1.
     */
    static final double MIXTURE = 0.1;

    private double largestLess;
    private double largestMore;

    /** Looks once more at all that there is. */
    void look(double sum, double squares) {
        double spread = 1 + MIXTURE * squares;
        double logM = MIXTURE * sum * sum / (2 * spread) - Math.log(spread) / 2;
        if (sum > 0) {
            largestLess = Math.max(largestLess, logM);
        } else if (sum < 0) {
            largestMore = Math.max(largestMore, logM);
        }
    }

    /** How likely it is, at most, that any look shows so positive a mean, where it is 0. */
    double pOfPositive() {
        return Math.exp(-largestLess);
    }

    /** The same of a negative mean. */
    double pOfNegative() {
        return Math.exp(-largestMore);
    }
}
