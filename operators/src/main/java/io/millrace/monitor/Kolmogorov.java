package io.millrace.monitor;

/** The limit distribution of the Kolmogorov-Smirnov distance between samples of one source. */
final class Kolmogorov {
    /** Below it the one series converges faster, above it the other. */
    private static final double MIDDLE = 1.18;

    private Kolmogorov() {}

    /**
     * The chance of a distance at least as large between two samples of one source.
     *
     * @param distance 0 to 1
     */
    static double p(double distance, long rows, long otherRows) {
        double product = (double) rows * otherRows;
        return survival(distance * Math.sqrt(product / ((double) rows + otherRows)));
    }

    /** The chance of a scaled distance at least as large. */
    static double survival(double scaled) {
        if (scaled <= 0) {
            return 1;
        }
        return scaled < MIDDLE ? 1 - below(scaled) : above(scaled);
    }

    /** 2 Σ (-1)^(k-1) exp(-2 k² x²). */
    private static double above(double x) {
        double sum = 0;
        double sign = 1;
        for (int k = 1; ; k++) {
            double term = Math.exp(-2.0 * k * k * x * x);
            sum += sign * term;
            sign = -sign;
            if (term <= sum * 1e-17) {
                return 2 * sum;
            }
        }
    }

    /** √(2π) / x Σ exp(-(2k-1)² π² / (8 x²)). */
    private static double below(double x) {
        double sum = 0;
        for (int k = 1; ; k += 2) {
            double term = Math.exp(-k * k * Math.PI * Math.PI / (8 * x * x));
            sum += term;
            if (term <= sum * 1e-17) {
                return Math.sqrt(2 * Math.PI) / x * sum;
            }
        }
    }
}
