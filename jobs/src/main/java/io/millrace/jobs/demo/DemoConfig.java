package io.millrace.jobs.demo;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the demo shows.
 *
 * @param events how many transactions
 * @param rate how many a second; 0 is as many as the machine takes
 * @param badShare bad rows per good one
 * @param seed which simulation
 * @param parallelism how many subtasks each stage has
 * @param keep whether everything runs on afterwards, until Ctrl-C
 * @param report where the page of what the monitor saw goes; null for none
 */
public record DemoConfig(
        int events,
        int rate,
        double badShare,
        long seed,
        int parallelism,
        boolean keep,
        @Nullable Path report) {

    /** How many simulated days the transactions spread over. */
    static final int DAYS = 75;

    public DemoConfig {
        require(events >= 1_000 && events <= 20_000_000, "--events", events, "1,000 to 20,000,000");
        require(rate >= 0, "--rate", rate, "a number of events a second, or max");
        require(badShare >= 0 && badShare <= 0.5, "--bad", badShare, "0 to 0.5");
        require(parallelism >= 1 && parallelism <= 64, "--parallelism", parallelism, "1 to 64");
    }

    private static void require(boolean holds, String option, Object value, String must) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "%s is %s; it must be %s".formatted(option, value, must));
        }
    }
}
