package io.millrace.spec;

import java.io.Serializable;
import java.time.Duration;

/**
 * How rows are gathered for one run: so many and for so long, or as many and as long as their
 * latency allows.
 *
 * @param rows the most rows that one run scores
 * @param longestWait the longest that a row waits for others; zero where they are tuned
 * @param latency what gathering and running may add to a row's latency, by which both are tuned;
 *     zero where they are fixed
 */
public record BatchSpec(int rows, Duration longestWait, Duration latency) implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The most rows where they are tuned: beyond, no model that we measured gains anything. */
    public static final int MOST_TUNED_ROWS = 1024;

    /** Always the same. */
    public static BatchSpec fixed(int rows, Duration longestWait) {
        return new BatchSpec(rows, longestWait, Duration.ZERO);
    }

    /** Tuned to a latency. */
    public static BatchSpec tuned(Duration latency) {
        return new BatchSpec(MOST_TUNED_ROWS, Duration.ZERO, latency);
    }

    public boolean isTuned() {
        return !latency.isZero();
    }
}
