package io.millrace.record;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;
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

    /** The Flink type of records whose rows have these columns. */
    public static TypeInformation<Received> type(RowType columns) {
        Map<String, TypeInformation<?>> fields = new HashMap<>();
        fields.put("origin", TypeInformation.of(Origin.class));
        fields.put("eventTimeMillis", Types.LONG);
        fields.put("row", InternalTypeInfo.of(columns));
        fields.put("reason", Types.ENUM(DeadLetter.Reason.class));
        fields.put("problem", Types.STRING);
        return Types.POJO(Received.class, fields);
    }
}
