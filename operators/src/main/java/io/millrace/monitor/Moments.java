package io.millrace.monitor;

/** Mean and deviation of numbers that come one after the other (Welford 1962). */
final class Moments {
    private long rows;
    private double mean;
    private double squares;

    void add(double value) {
        rows++;
        double before = value - mean;
        mean += before / rows;
        squares += before * (value - mean);
    }

    double mean() {
        return mean;
    }

    /** The population's standard deviation. */
    double std() {
        return Math.sqrt(squares / rows);
    }
}
