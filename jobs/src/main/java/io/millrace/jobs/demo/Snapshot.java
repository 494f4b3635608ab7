package io.millrace.jobs.demo;

import java.util.List;
import java.util.Map;

/**
 * How the demo stands.
 *
 * @param simulatedMillis how far the simulation is, epoch milliseconds
 * @param share of the transactions that were sent
 * @param sent records in the transaction topic
 * @param sentPerSecond over the last seconds
 * @param answered records whose fate a reader has seen
 */
record Snapshot(
        double elapsedSeconds,
        long simulatedMillis,
        double share,
        long sent,
        double sentPerSecond,
        long answered,
        double answeredPerSecond,
        long scores,
        long alerts,
        long caught,
        long missed,
        long falseAlerts,
        Map<String, Long> deadLetters,
        long duplicates,
        long latencyMedianMillis,
        long latency99Millis,
        long visibleMedianMillis,
        long visible99Millis,
        long checkpoints,
        List<CaughtFraud> frauds) {}
