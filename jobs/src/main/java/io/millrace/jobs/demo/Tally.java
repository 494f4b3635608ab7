package io.millrace.jobs.demo;

import io.millrace.jobs.simulator.Scenario;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a reader of committed records has seen of the pipeline's output. Safe for several threads.
 */
final class Tally {
    /** What a job on a cold JVM needs to work off the records that came while it loaded. */
    static final long WARM_UP_MILLIS = 5_000;

    /** So few say nothing of a 99th percentile. */
    private static final long LEAST = 1_000;

    private final LatencyHistogram coldLatency = new LatencyHistogram();
    private final LatencyHistogram coldUntilVisible = new LatencyHistogram();
    private final LatencyHistogram latency = new LatencyHistogram();
    private final LatencyHistogram untilVisible = new LatencyHistogram();
    private final Map<String, Long> deadLetters = new TreeMap<>();
    private final Map<Scenario, CaughtFraud> caught = new EnumMap<>(Scenario.class);

    private long scores;
    private long alerts;
    private long duplicates;
    private long refusedEvents;
    private long firstScoreMillis;

    /**
     * @param latencyMillis from the input record's timestamp to the score
     * @param visibleMillis from the input record's timestamp until the score was read
     * @param writtenMillis when the score was written, epoch milliseconds
     */
    synchronized void scored(
            long latencyMillis, long visibleMillis, long writtenMillis, boolean alert) {
        if (scores == 0 || writtenMillis < firstScoreMillis) {
            firstScoreMillis = writtenMillis;
        }
        scores++;
        alerts += alert ? 1 : 0;
        boolean cold = writtenMillis - firstScoreMillis < WARM_UP_MILLIS;
        (cold ? coldLatency : latency).record(latencyMillis);
        (cold ? coldUntilVisible : untilVisible).record(visibleMillis);
    }

    synchronized void caught(CaughtFraud fraud) {
        caught.put(fraud.scenario(), fraud);
    }

    /**
     * @param ofEvent whether an event was refused, and not a label
     */
    synchronized void deadLettered(String reason, boolean ofEvent) {
        deadLetters.merge(reason, 1L, Long::sum);
        refusedEvents += ofEvent ? 1 : 0;
    }

    synchronized void duplicate() {
        duplicates++;
    }

    /** Events whose fate is known. */
    synchronized long answered() {
        return scores + refusedEvents + duplicates;
    }

    synchronized long scores() {
        return scores;
    }

    synchronized long alerts() {
        return alerts;
    }

    synchronized long duplicates() {
        return duplicates;
    }

    synchronized Map<String, Long> deadLetters() {
        return new TreeMap<>(deadLetters);
    }

    /** The latest caught fraud of each kind. */
    synchronized List<CaughtFraud> caught() {
        return new ArrayList<>(caught.values());
    }

    /** Whether enough scores were made by a warm job that the percentiles are theirs. */
    synchronized boolean isWarm() {
        return latency.total() >= LEAST;
    }

    synchronized long latencyMillis(double share) {
        return (isWarm() ? latency : coldLatency).percentile(share);
    }

    synchronized long visibleMillis(double share) {
        return (isWarm() ? untilVisible : coldUntilVisible).percentile(share);
    }

    /** Of the first {@link #WARM_UP_MILLIS}. */
    synchronized long coldLatencyMillis(double share) {
        return coldLatency.percentile(share);
    }

    /** When the first score was written, epoch milliseconds; 0 before there is one. */
    synchronized long firstScoreMillis() {
        return firstScoreMillis;
    }
}
