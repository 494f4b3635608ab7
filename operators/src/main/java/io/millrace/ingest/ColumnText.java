package io.millrace.ingest;

import io.millrace.spec.ColumnSpec;
import java.io.Serializable;
import java.time.LocalDate;
import java.util.HexFormat;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * Reads a column that is not null as text: an id, or a value that a message shows. Chosen once per
 * schema, so the per-record path tests no types.
 */
@FunctionalInterface
interface ColumnText extends Serializable {

    String read(RowData row);

    static ColumnText of(ColumnSpec column, int position) {
        LogicalType type = column.type();
        return switch (type.getTypeRoot()) {
            case BIGINT -> row -> Long.toString(row.getLong(position));
            case INTEGER -> row -> Integer.toString(row.getInt(position));
            case CHAR, VARCHAR -> row -> row.getString(position).toString();
            case BINARY, VARBINARY -> row -> HexFormat.of().formatHex(row.getBinary(position));
            case DATE -> row -> LocalDate.ofEpochDay(row.getInt(position)).toString();
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> {
                int precision = LogicalTypeChecks.getPrecision(type);
                yield row -> row.getTimestamp(position, precision).toInstant().toString();
            }
            default -> {
                RowData.FieldGetter getter = RowData.createFieldGetter(type, position);
                yield row -> String.valueOf(getter.getFieldOrNull(row));
            }
        };
    }
}
