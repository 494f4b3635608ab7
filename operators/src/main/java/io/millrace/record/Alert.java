package io.millrace.record;

import java.util.List;

/**
 * Something that people should look at: an incident that begins, becomes worse or ends, with its
 * evidence. Late rows may show otherwise: then it is written again, with the next revision. Of the
 * alerts of one incident and window the last one counts.
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
 * @param reference what the window was compared with; none where nothing was asked
 * @param summary what happened, for people, in one sentence
 * @param culprits what is to blame, the worst first
 * @param revision how often it has been written again
 * @param eventIds the ids of a few events of the window; of a detector, that of the event at which
 *     it noticed; empty where nobody can tell
 * @param confirms of one that labels tell, the incident of drift that was open at the same time;
 *     empty where none was
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
        Reference reference,
        String summary,
        List<Culprit> culprits,
        int revision,
        List<String> eventIds,
        String confirms) {

    public Alert {
        // What an older savepoint cannot know.
        reference = reference == null ? Reference.NONE : reference;
        eventIds = eventIds == null ? List.of() : eventIds;
        confirms = confirms == null ? "" : confirms;
    }

    /** An alert as it is written first, which names no event. */
    public Alert(
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
            Reference reference,
            String summary,
            List<Culprit> culprits) {
        this(
                incident,
                state,
                severity,
                source,
                windowStartMillis,
                windowEndMillis,
                sinceMillis,
                modelName,
                modelVersion,
                segment,
                rows,
                reference,
                summary,
                culprits,
                0,
                List.of(),
                "");
    }

    /** The same, of decisions that went wrong while something had drifted: so it matters. */
    public Alert confirming(String drift) {
        String why =
                state == State.RESOLVED
                        ? summary
                        : summary + "; the drift of " + drift + " was open then";
        return with(state, Severity.CRITICAL, why, culprits, revision, drift);
    }

    /** The same alert, written again so many times. */
    public Alert revised(int times) {
        return with(state, severity, summary, culprits, times, confirms);
    }

    /** It does not hold any more, and neither is the incident open by then. */
    public Alert withdrawn() {
        return with(
                State.WITHDRAWN,
                severity,
                "late rows show that this is not so",
                List.of(),
                revision + 1,
                confirms);
    }

    /** It does not hold any more, and the incident is open all the same, as before the window. */
    public Alert eased(Severity standing) {
        return with(
                State.EASED,
                standing,
                "late rows show that nothing changed in this window",
                List.of(),
                revision + 1,
                confirms);
    }

    private Alert with(
            State newState,
            Severity newSeverity,
            String why,
            List<Culprit> blamed,
            int times,
            String drift) {
        return new Alert(
                incident,
                newState,
                newSeverity,
                source,
                windowStartMillis,
                windowEndMillis,
                sinceMillis,
                modelName,
                modelVersion,
                segment,
                rows,
                reference,
                why,
                blamed,
                times,
                eventIds,
                drift);
    }

    /** What became of an incident. The names are stable: receivers key on them. */
    public enum State {
        RAISED,
        /** More severe than before. */
        ESCALATED,
        RESOLVED,
        /** Late rows show that the window changed nothing: the incident is open, as before it. */
        EASED,
        /** Late rows show that it is not so. */
        WITHDRAWN;

        /** Whether an alert says that something happened, and not that nothing did. */
        public boolean holds() {
            return this != EASED && this != WITHDRAWN;
        }
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
     * @param contributors of reconstruction errors, the features to blame for them, the worst first
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
            List<FeatureDrift.Bin> bins,
            List<FeatureDrift.Contributor> contributors) {

        public Culprit {
            // What an older savepoint cannot know.
            contributors = contributors == null ? List.of() : contributors;
        }

        /** One that is not made of others. */
        public Culprit(
                String name,
                String cause,
                String measure,
                double value,
                double limit,
                double p,
                double q,
                int windows,
                List<FeatureDrift.Bin> bins) {
            this(name, cause, measure, value, limit, p, q, windows, bins, List.of());
        }
    }
}
