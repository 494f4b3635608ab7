package io.millrace.monitor;

/**
 * How far the shares of two sets of counts over the same bins differ. Both sets must have a count
 * in some bin.
 */
final class Divergence {
    /** An empty bin would make the logarithm infinite; this is the usual floor. */
    private static final double FLOOR = 1e-4;

    private static final double LN_2 = Math.log(2);

    private final double[] reference;
    private final double[] current;
    private final long referenceRows;
    private final long currentRows;

    private Divergence(long[] reference, long[] current) {
        this.referenceRows = sum(reference);
        this.currentRows = sum(current);
        this.reference = shares(reference, referenceRows);
        this.current = shares(current, currentRows);
    }

    static Divergence of(long[] reference, long[] current) {
        return new Divergence(reference, current);
    }

    static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    private static double[] shares(long[] counts, long rows) {
        var shares = new double[counts.length];
        for (int i = 0; i < counts.length; i++) {
            shares[i] = (double) counts[i] / rows;
        }
        return shares;
    }

    /** What a bin adds to the PSI. */
    double contribution(int bin) {
        return contribution(reference[bin], current[bin]);
    }

    private static double contribution(double reference, double current) {
        double p = Math.max(reference, FLOOR);
        double q = Math.max(current, FLOOR);
        return (q - p) * Math.log(q / p);
    }

    /** The reference's share of a bin. */
    double referenceShare(int bin) {
        return reference[bin];
    }

    /** The population stability index. */
    double psi() {
        double psi = 0;
        for (int i = 0; i < reference.length; i++) {
            psi += contribution(i);
        }
        return psi;
    }

    /**
     * The chance of a PSI at least as large without drift, which then is chi-squared distributed
     * (Yurdakul 2018); the counts expected in each bin should be 5 or more.
     */
    double psiP() {
        double scale = 1.0 / referenceRows + 1.0 / currentRows;
        return ChiSquared.survival(psi() / scale, reference.length - 1);
    }

    /** The Jensen-Shannon distance, logarithms to base 2. */
    double jensenShannon() {
        double sum = 0;
        for (int i = 0; i < reference.length; i++) {
            double middle = (reference[i] + current[i]) / 2;
            sum += entropy(reference[i], middle) + entropy(current[i], middle);
        }
        // Equal shares may differ from 0 by a rounding, and to the wrong side.
        return Math.sqrt(Math.max(0, sum / (2 * LN_2)));
    }

    private static double entropy(double share, double middle) {
        return share == 0 ? 0 : share * Math.log(share / middle);
    }

    double hellinger() {
        double sum = 0;
        for (int i = 0; i < reference.length; i++) {
            double difference = Math.sqrt(reference[i]) - Math.sqrt(current[i]);
            sum += difference * difference;
        }
        return Math.sqrt(sum / 2);
    }

    double totalVariation() {
        double sum = 0;
        for (int i = 0; i < reference.length; i++) {
            sum += Math.abs(reference[i] - current[i]);
        }
        return sum / 2;
    }

    double largestDifference() {
        double largest = 0;
        for (int i = 0; i < reference.length; i++) {
            largest = Math.max(largest, Math.abs(reference[i] - current[i]));
        }
        return largest;
    }
}
