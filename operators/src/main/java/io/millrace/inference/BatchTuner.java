package io.millrace.inference;

/**
 * Chooses how many rows a run has, and how long a row may wait for others: as many rows as make the
 * model cheapest, as long as two runs that a row finds before it, its own, and its wait are within
 * a latency.
 *
 * <p>Sizes are powers of two. What a run of each takes is known from the warm-up, and then from the
 * runs themselves, as a moving mean and deviation; now and then a few runs of the next size up or
 * down keep their costs true. A smaller size is preferred to one that is hardly cheaper.
 */
final class BatchTuner {
    /** How much cheaper per row a larger size must be. */
    private static final double WORTHWHILE = 1.03;

    private static final int RUNS_BEFORE_A_ROW_LEAVES = 3;
    private static final int RUNS_BETWEEN_TRIALS = 256;
    private static final int RUNS_OF_A_TRIAL = 8;

    /** The weight of a run in the moving mean, as a shift. */
    private static final double WEIGHT = 1.0 / 16;

    /** A run that takes this many times the mean tells of the machine, not of the model. */
    private static final double OUTLIER = 4;

    private static final double DEVIATIONS = 3;
    private static final double NANOS_PER_MILLI = 1e6;

    private final double latencyNanos;
    private final double[] mean;
    private final double[] deviation;

    private int chosen;

    /** The size that is tried, or the chosen one. */
    private int current;

    private int runs;
    private boolean upwards = true;

    /**
     * Begins with what the warm-up measured.
     *
     * @param mostRows the most rows that a run may have
     * @param latencyMillis what gathering and running may add to a row's latency
     */
    BatchTuner(RunCosts costs, int mostRows, long latencyMillis) {
        this.latencyNanos = latencyMillis * NANOS_PER_MILLI;
        int sizes = RunCosts.exponent(mostRows) + 1;
        this.mean = new double[sizes];
        this.deviation = new double[sizes];
        for (int size = 0; size < sizes; size++) {
            mean[size] = costs.nanos(1 << size);
        }
        choose();
        current = chosen;
    }

    /** How many rows the next run should have. */
    int rows() {
        return 1 << current;
    }

    /** How many rows runs have when nothing is tried. */
    int chosenRows() {
        return 1 << chosen;
    }

    /** How long a row may wait for others, milliseconds; at least one. */
    long waitMillis() {
        double left = latencyNanos - RUNS_BEFORE_A_ROW_LEAVES * longest(chosen);
        return Math.max(1, (long) (left / NANOS_PER_MILLI));
    }

    /** What a run of the chosen size takes, nanoseconds. */
    long runNanos() {
        return (long) mean[chosen];
    }

    /** A run has been made. Only one of as many rows as were asked for says something. */
    void ran(int rows, long nanos) {
        int size = RunCosts.exponent(rows);
        if (size >= mean.length || 1 << size != rows) {
            return;
        }
        double seen = Math.min((double) nanos, OUTLIER * mean[size]);
        deviation[size] += WEIGHT * (Math.abs(seen - mean[size]) - deviation[size]);
        mean[size] += WEIGHT * (seen - mean[size]);
        if (size == current) {
            runs++;
            step();
        }
    }

    private void step() {
        if (current != chosen) {
            if (runs == RUNS_OF_A_TRIAL) {
                choose();
                settle();
            }
        } else if (runs == RUNS_BETWEEN_TRIALS) {
            choose();
            settle();
            tryNeighbour();
        }
    }

    private void settle() {
        current = chosen;
        runs = 0;
    }

    private void tryNeighbour() {
        int neighbour = upwards ? chosen + 1 : chosen - 1;
        upwards = !upwards;
        if (neighbour >= 0 && neighbour < mean.length && isInTime(neighbour)) {
            current = neighbour;
        }
    }

    private void choose() {
        double cheapest = Double.POSITIVE_INFINITY;
        for (int size = 0; size < mean.length && isInTime(size); size++) {
            cheapest = Math.min(cheapest, nanosPerRow(size));
        }
        chosen = 0;
        // Where not even a single row is in time, nothing else could be.
        while (chosen < mean.length - 1
                && isInTime(chosen)
                && nanosPerRow(chosen) > WORTHWHILE * cheapest) {
            chosen++;
        }
    }

    private boolean isInTime(int size) {
        return RUNS_BEFORE_A_ROW_LEAVES * longest(size) <= latencyNanos;
    }

    private double longest(int size) {
        return mean[size] + DEVIATIONS * deviation[size];
    }

    private double nanosPerRow(int size) {
        return mean[size] / (1 << size);
    }
}
