package io.millrace.record;

import java.util.List;

/**
 * Something that people should look at: an incident that begins, becomes worse or ends, with its
 * evidence.
 *
 * @param incident names the incident: all alerts of one carry the same
 * @param state what became of it
 * @param severity how bad it is
 * @param source what noticed it
 * @param windowStartMillis the window that decided it, its first event time, epoch milliseconds
 * @param windowEndMillis the first event time after that window
 * @param sinceMillis the end of the window that opened the incident, epoch milliseconds
 * @param modelName the registered model's name
 * @param modelVersion its version
 * @param segment the value by which it was told apart; empty for all rows
 * @param rows how many scores the window has
 * @param referenceVersion the digest of the reference profile; empty where none was asked
 * @param summary what happened, for people, in one sentence
 * @param culprits what is to blame, the worst first
 */
public record Alert(
        String incident,
        State state,
        Severity severity,
        Source source,
        long windowStartMillis,
        long windowEndMillis,
        long sinceMillis,
        String modelName,
        String modelVersion,
        String segment,
        long rows,
        String referenceVersion,
        String summary,
        List<Culprit> culprits) {

    /** What became of an incident. The names are stable: receivers key on them. */
    public enum State {
        RAISED,
        /** More severe than before. */
        ESCALATED,
        RESOLVED
    }

    /** How bad an incident is, the least first. */
    public enum Severity {
        WARNING,
        CRITICAL
    }

    /** What noticed an incident. */
    public enum Source {
        DRIFT,
        QUALITY,
        DETECTOR
    }

    /**
     * What is to blame.
     *
     * @param name a feature's name, {@code score}, {@code decision}, or a figure of quality
     * @param cause in what, as a stable word
     * @param measure what was measured, such as {@code ks}
     * @param value how much that is
     * @param limit what it must not be more than
     * @param p its p-value; NaN where none belongs to it
     * @param q the same, adjusted for all tests of the window
     * @param windows in how many of the last windows it was so
     * @param bins the bins that differ most, the worst first
     */
    public record Culprit(
            String name,
            String cause,
            String measure,
            double value,
            double limit,
            double p,
            double q,
            int windows,
            List<FeatureDrift.Bin> bins) {}
}
