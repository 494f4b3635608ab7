package io.millrace.benchmarks;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * When each row of a run is due, whether or not the one before has been answered: at one rate after
 * another.
 */
record Pace(List<Phase> phases) implements Serializable {
    private static final double NANOS = 1e9;

    /**
     * Evenly spaced rows.
     *
     * @param rowsPerSecond infinity for as many as are taken
     */
    record Phase(double rowsPerSecond, double seconds) implements Serializable {
        private double rows() {
            return rowsPerSecond * seconds;
        }
    }

    Pace {
        phases = List.copyOf(phases);
    }

    static Pace of(double rowsPerSecond, double seconds) {
        return new Pace(List.of(new Phase(rowsPerSecond, seconds)));
    }

    /** As many rows as are taken, until the time is over. */
    static Pace unlimited(double seconds) {
        return of(Double.POSITIVE_INFINITY, seconds);
    }

    /** The same, for some seconds more. */
    Pace then(double rowsPerSecond, double seconds) {
        var more = new ArrayList<>(phases);
        more.add(new Phase(rowsPerSecond, seconds));
        return new Pace(more);
    }

    /** How many rows there are; as many as a job can count where they are not limited. */
    long rows() {
        return (long) Math.min(1L << 60, phases.stream().mapToDouble(Phase::rows).sum());
    }

    double seconds() {
        return phases.stream().mapToDouble(Phase::seconds).sum();
    }

    /** How long after the first row one is due, in nanoseconds. */
    long dueNanos(long row) {
        double before = 0;
        double rows = row;
        for (Phase phase : phases) {
            if (rows < phase.rows()) {
                return (long) ((before + rows / phase.rowsPerSecond()) * NANOS);
            }
            rows -= phase.rows();
            before += phase.seconds();
        }
        return (long) (before * NANOS);
    }

    /** {@code 1000.0:5.0,500.0:10.0}. */
    @Override
    public String toString() {
        return String.join(
                ",",
                phases.stream()
                        .map(phase -> phase.rowsPerSecond() + ":" + phase.seconds())
                        .toList());
    }

    static Pace parse(String text) {
        return new Pace(
                Arrays.stream(text.split(",", -1))
                        .map(phase -> phase.split(":", -1))
                        .map(
                                phase ->
                                        new Phase(
                                                Double.parseDouble(phase[0]),
                                                Double.parseDouble(phase[1])))
                        .toList());
    }
}
