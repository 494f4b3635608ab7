package io.millrace.spec;

import io.millrace.spec.MonitorSpec.AlertSpec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When versions are promoted, retired and rolled back without a person.
 *
 * @param by the loss by which a challenger is judged
 * @param alpha how likely a challenger that is no better may be promoted, however often is looked
 * @param effect the smallest relative change of the loss that matters
 * @param minLabelled how many labelled pairs, or scores, there must be
 * @param windows how many final windows there must be
 * @param within how long, in event time, a challenger may stay undecided; null for as long as may
 *     be
 * @param isPromoting whether a better challenger is promoted
 * @param isRetiring whether a worse challenger is retired
 * @param incident how severe an incident of a version's own must be to retire it, or to roll it
 *     back
 * @param mostOtherDecisions the largest share of other decisions of a version that is promoted; 1
 *     for any
 * @param mostRankingLost how much lower the AUC and the average precision of a version that is
 *     promoted may be; 1 for any
 * @param mostMissed the largest share of rows that a challenger may leave unscored; 1 for any
 * @param rollback when the champion is rolled back; null for never
 * @param cooldown how long after a promotion none follows
 * @param promotionsPerDay how many there are at most in 24 hours
 * @param isDryRun whether decisions are only written to the audit
 */
public record GuardSpec(
        Loss by,
        double alpha,
        double effect,
        int minLabelled,
        int windows,
        @Nullable Duration within,
        boolean isPromoting,
        boolean isRetiring,
        Incident incident,
        double mostOtherDecisions,
        double mostRankingLost,
        double mostMissed,
        @Nullable RollbackSpec rollback,
        Duration cooldown,
        int promotionsPerDay,
        boolean isDryRun) {

    /** What a wrong score costs. */
    public enum Loss {
        /** What the pipeline says that wrong decisions cost. */
        COST,
        /** Every wrong decision alike. */
        ERRORS,
        LOG_LOSS,
        BRIER
    }

    /** How severe an incident must be; see {@link AlertSpec}. */
    public enum Incident {
        WARNING,
        CRITICAL,
        NEVER
    }

    /**
     * When the champion is rolled back; a floor of 0 is none.
     *
     * @param within how long after its first event time, in event time
     * @param accuracy the least share of right decisions
     * @param precision the least share of positives among what is decided
     * @param recall the least share that is decided among positives
     */
    public record RollbackSpec(Duration within, double accuracy, double precision, double recall) {}
}
