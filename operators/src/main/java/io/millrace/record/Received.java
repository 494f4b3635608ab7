package io.millrace.record;

import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/**
 * One record as the source read it: decoded into a row, or with the reason why that failed.
 *
 * @param origin where it was read
 * @param eventTimeMillis epoch milliseconds, or {@link #NO_EVENT_TIME}
 * @param row the decoded row; null exactly when {@code problem} says why
 * @param reason the stable reason of the refusal; null when the row was decoded
 * @param problem what is wrong with the bytes and what they must be; null when the row was decoded
 */
public record Received(
        Origin origin,
        long eventTimeMillis,
        @Nullable RowData row,
        DeadLetter.@Nullable Reason reason,
        @Nullable String problem)
        implements Traced {

    /** The event time of a record that has none; it never moves a watermark. */
    public static final long NO_EVENT_TIME = Long.MIN_VALUE;

    public static Received decoded(Origin origin, long eventTimeMillis, RowData row) {
        return new Received(origin, eventTimeMillis, row, null, null);
    }

    public static Received refused(Origin origin, DeadLetter.Reason reason, String problem) {
        return new Received(origin, NO_EVENT_TIME, null, reason, problem);
    }
}
