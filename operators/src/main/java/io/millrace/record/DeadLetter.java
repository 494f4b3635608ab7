package io.millrace.record;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * A refused record, with enough to mend the cause and replay it.
 *
 * @param origin where it was read, and its original bytes
 * @param stage the package that refused it: {@code ingest}, {@code features}, {@code inference},
 *     {@code sink}
 * @param reason why, for dashboards and alerts
 * @param detail why, for people: what it is and what it must be
 * @param eventId the event's id, or null where the record was refused before its id was known
 */
public record DeadLetter(
        Origin origin, String stage, Reason reason, String detail, @Nullable String eventId)
        implements Traced {

    /** The side output by which every stage refuses. */
    public static final OutputTag<DeadLetter> TAG =
            new OutputTag<>("dead-letters", TypeInformation.of(DeadLetter.class));

    /** Why a record was refused. The names are stable: dashboards and alerts key on them. */
    public enum Reason {
        /** The bytes are not the declared format. */
        MALFORMED,
        /**
         * The row breaks the contract: a missing column, an event time out of range, an unmet
         * expectation.
         */
        CONTRACT_BROKEN,
        /** The event time lies behind what the windows still cover. */
        TOO_LATE,
        /** A feature could not be computed. */
        FEATURE_FAILED,
        /** The model could not score the vector, or its output was not a finite number. */
        MODEL_FAILED,
        /** The model did not answer in time. */
        MODEL_TIMEOUT,
        /** The process ended twice while the model was scoring the vector. */
        MODEL_CRASHED,
        /** No model of the name that the row says is known at its event time. */
        MODEL_UNKNOWN,
        /** The score's record would be larger than its topic takes. */
        TOO_LARGE
    }
}
