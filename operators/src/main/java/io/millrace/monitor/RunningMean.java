package io.millrace.monitor;

/** The mean of numbers, taken one at a time. */
final class RunningMean {
    /** How many numbers of a memory it takes. */
    static final int LENGTH = 2;

    private long count;
    private double mean;

    void add(double value) {
        count++;
        mean += (value - mean) / count;
    }

    long count() {
        return count;
    }

    double mean() {
        return mean;
    }

    void clear() {
        count = 0;
        mean = 0;
    }

    void set(RunningMean other) {
        count = other.count;
        mean = other.mean;
    }

    void write(double[] memory, int at) {
        memory[at] = count;
        memory[at + 1] = mean;
    }

    void read(double[] memory, int at) {
        count = (long) memory[at];
        mean = memory[at + 1];
    }
}
