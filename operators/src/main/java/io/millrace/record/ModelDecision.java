package io.millrace.record;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about a model version, by whom and why: a line of the audit.
 *
 * @param action what was decided
 * @param actor who decided: {@code user@host}, or what acts by itself, such as {@code guard}
 * @param reason why, for people
 * @param isDryRun whether nothing was done about it
 * @param subject what was up for decision, such as one challenge; what acts by itself decides once
 * @param model the registered model's name
 * @param version the version that was decided about
 * @param digest the digest of its bytes
 * @param share of the entities that it answers from then on where it challenges
 * @param answeredVersion the version that answered when it was decided; empty where none did
 * @param decidedMillis when it was decided, epoch milliseconds
 * @param fromMillis the first event time for which it holds; null where nothing was announced
 * @param evidence what it was decided by; null where a person decided
 */
public record ModelDecision(
        Action action,
        String actor,
        String reason,
        boolean isDryRun,
        String subject,
        String model,
        String version,
        String digest,
        double share,
        String answeredVersion,
        long decidedMillis,
        @Nullable Long fromMillis,
        @Nullable Evidence evidence) {

    /** What is decided. The names are stable: readers of the audit key on them. */
    public enum Action {
        /** The version answers. */
        PROMOTE,
        /** The version, which has answered before, does so again. */
        ROLL_BACK,
        /** The version is compared with the one that answers. */
        CHALLENGE,
        /** The version challenges no longer. */
        RETIRE,
        /** The version would be promoted, and is not for now. */
        HOLD
    }

    /**
     * What a decision goes by.
     *
     * @param windowStartMillis the first event time of the first window, epoch milliseconds
     * @param windowEndMillis the first event time after the last one
     * @param windows how many windows there are
     * @param labelled how many pairs, or scores, of them have a label
     * @param findings what was measured
     * @param incidents the incidents that were considered
     */
    public record Evidence(
            long windowStartMillis,
            long windowEndMillis,
            int windows,
            long labelled,
            List<Finding> findings,
            List<String> incidents) {

        public Evidence {
            findings = List.copyOf(findings);
            incidents = List.copyOf(incidents);
        }
    }

    /**
     * A measurement.
     *
     * @param measure its name, such as {@code cost}
     * @param value of the version that was decided about
     * @param answered the same of the version that answered; NaN where there is none
     * @param limit what the value, or the relative improvement, is held against
     * @param count how many rows it is of
     * @param p its p-value, valid at any number of looks; NaN where none belongs to it
     * @param alpha what p must not be more than
     */
    public record Finding(
            String measure,
            double value,
            double answered,
            double limit,
            long count,
            double p,
            double alpha) {}

    /** {@code name/version}, as people say it. */
    @Override
    public String toString() {
        return model + "/" + version;
    }

    /** Names a challenge, or a time as champion: an announcement, by what it announces and when. */
    public static String subject(ModelUpdate update) {
        return "%s/%s/%d".formatted(update.model(), update.version(), update.announcedMillis());
    }
}
