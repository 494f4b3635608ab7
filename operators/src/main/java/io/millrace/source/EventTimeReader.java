package io.millrace.source;

import io.millrace.record.Received;
import io.millrace.spec.ColumnSpec;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/** Reads a row's event time. Chosen once per schema, so the per-record path tests no types. */
@FunctionalInterface
interface EventTimeReader extends Serializable {

    /** Epoch milliseconds, or {@link Received#NO_EVENT_TIME} where the column is null. */
    long read(RowData row);

    /**
     * The reader of a column.
     *
     * @throws IllegalArgumentException when there is no such column, or it holds no time
     */
    static EventTimeReader of(List<ColumnSpec> columns, String eventTime) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(eventTime)) {
                return of(columns.get(i).type(), i, eventTime);
            }
        }
        throw new IllegalArgumentException(
                "event-time is %s; it must be a declared column".formatted(eventTime));
    }

    private static EventTimeReader of(LogicalType type, int position, String name) {
        return switch (type.getTypeRoot()) {
            case BIGINT ->
                    row -> row.isNullAt(position) ? Received.NO_EVENT_TIME : row.getLong(position);
            case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> {
                int precision = LogicalTypeChecks.getPrecision(type);
                yield row ->
                        row.isNullAt(position)
                                ? Received.NO_EVENT_TIME
                                : row.getTimestamp(position, precision).getMillisecond();
            }
            default ->
                    throw new IllegalArgumentException(
                            "event-time %s is %s; it must be TIMESTAMP_LTZ, TIMESTAMP or BIGINT"
                                    .formatted(name, type.asSummaryString()));
        };
    }
}
