package io.millrace.features;

import io.millrace.spec.ColumnSpec;
import io.millrace.spec.RowExpression;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * Reads one column of a row, or what an expression makes of it, as what a {@link RowLog} keeps.
 * Chosen once per column, so that the per-record path tests no types.
 *
 * @param name the column's name and type, or the expression: what is kept, in words
 * @param isFloating whether the bits of a double are read, NaN for a null; a scaled integer
 *     otherwise, 0 for a null
 * @param digits the digits of a scaled integer that lie after the point
 */
record ColumnReader(String name, boolean isFloating, int digits, Cell cell)
        implements Serializable {
    /** Beyond it an unscaled value need not fit a long. */
    private static final int MOST_DIGITS = 18;

    private static final long NANOS_PER_MILLI = 1_000_000L;

    /** How one cell becomes a long. */
    @FunctionalInterface
    interface Cell extends Serializable {
        long read(RowData row, long timeMillis);
    }

    /** The number of a column, or of an expression over the columns. */
    static ColumnReader ofNumber(String of, List<ColumnSpec> columns) {
        if (!isDeclared(of, columns)) {
            return ofExpression("(%s) DOUBLE".formatted(of), of, columns);
        }
        int index = indexOf(of, columns);
        var type = columns.get(index).type();
        String name = name(of, type);
        return switch (type.getTypeRoot()) {
            case BOOLEAN -> exact(name, 0, type, index, row -> row.getBoolean(index) ? 1 : 0);
            case TINYINT -> exact(name, 0, type, index, row -> row.getByte(index));
            case SMALLINT -> exact(name, 0, type, index, row -> row.getShort(index));
            case INTEGER -> exact(name, 0, type, index, row -> row.getInt(index));
            case BIGINT -> exact(name, 0, type, index, row -> row.getLong(index));
            case DECIMAL -> decimal(name, (DecimalType) type, index);
            case FLOAT, DOUBLE -> ofExpression(name, of, columns);
            // What is left has no sum.
            default -> throw unfit(name);
        };
    }

    /**
     * What tells the values of a column, or of an expression, apart: numbers and times as they are,
     * a text by 64 bits of hash.
     */
    static ColumnReader ofIdentity(String of, List<ColumnSpec> columns) {
        if (!isDeclared(of, columns)) {
            return ofNumber(of, columns);
        }
        int index = indexOf(of, columns);
        var type = columns.get(index).type();
        String name = name(of, type);
        return switch (type.getTypeRoot()) {
            case CHAR, VARCHAR ->
                    exact(
                            "HASH OF " + name,
                            0,
                            type,
                            index,
                            row -> TextHash.of(row.getString(index).toBytes()));
            case DATE -> exact(name, 0, type, index, row -> row.getInt(index));
            case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> {
                int precision = LogicalTypeChecks.getPrecision(type);
                yield exact(name, 0, type, index, row -> nanos(row, index, precision));
            }
            default -> ofNumber(of, columns);
        };
    }

    /**
     * Which event a label is about, as {@link #ofIdentity} tells events apart, and never {@link
     * Corrections#UNKNOWN}: that is kept where nobody knows.
     */
    static ColumnReader ofLabelled(String id, List<ColumnSpec> columns) {
        int index = indexOf(id, columns);
        var identity = ofIdentity(id, columns);
        return new ColumnReader(
                "LABELLED " + identity.name,
                false,
                0,
                (row, time) -> {
                    if (row.isNullAt(index)) {
                        return Corrections.UNKNOWN;
                    }
                    long event = identity.read(row, time);
                    return event < 0 ? event : event + 1;
                });
    }

    /** Whether a column has a value: 1, or 0 for a null. */
    static ColumnReader ofPresence(String column, List<ColumnSpec> columns) {
        int index = indexOf(column, columns);
        return new ColumnReader(
                column + " IS NOT NULL", false, 0, (row, time) -> row.isNullAt(index) ? 0 : 1);
    }

    /** Whether a row meets a condition: 1, or 0 where it does not or where that is unknown. */
    static ColumnReader ofCondition(String where, List<ColumnSpec> columns) {
        var condition = RowExpression.compile(where, columns);
        return new ColumnReader(
                "WHERE " + where,
                false,
                0,
                (row, time) -> condition.number(row, time) == 1 ? 1 : 0);
    }

    /** Whether 0 is kept of a null too, so that it takes another column to tell them apart. */
    static boolean needsPresence(ColumnReader reader, String of, List<ColumnSpec> columns) {
        return !reader.isFloating() && columns.get(indexOf(of, columns)).type().isNullable();
    }

    static int indexOf(String column, List<ColumnSpec> columns) {
        for (int index = 0; index < columns.size(); index++) {
            if (columns.get(index).name().equals(column)) {
                return index;
            }
        }
        throw new IllegalArgumentException(
                "column %s is unknown; it must be one of %s"
                        .formatted(column, columns.stream().map(ColumnSpec::name).toList()));
    }

    /**
     * What is kept of a row.
     *
     * @throws io.millrace.spec.ExpressionException where there is no value to keep: a division by
     *     zero, an infinity
     */
    long read(RowData row, long timeMillis) {
        return cell.read(row, timeMillis);
    }

    /** Reads a cell that is not null. */
    @FunctionalInterface
    private interface Exact extends Serializable {
        long read(RowData row);
    }

    private static ColumnReader exact(
            String name, int digits, LogicalType type, int index, Exact cell) {
        return new ColumnReader(
                name,
                false,
                digits,
                type.isNullable()
                        ? (row, time) -> row.isNullAt(index) ? 0 : cell.read(row)
                        : (row, time) -> cell.read(row));
    }

    private static ColumnReader decimal(String name, DecimalType type, int index) {
        int precision = type.getPrecision();
        int scale = type.getScale();
        if (precision > MOST_DIGITS) {
            throw unfit(name);
        }
        return exact(
                name,
                scale,
                type,
                index,
                row -> row.getDecimal(index, precision, scale).toUnscaledLong());
    }

    private static ColumnReader ofExpression(String name, String of, List<ColumnSpec> columns) {
        var expression = RowExpression.compile(of, columns);
        // -0.0 + 0.0 is 0.0: the two zeros are one value.
        return new ColumnReader(
                name,
                true,
                0,
                (row, time) -> Double.doubleToLongBits(expression.number(row, time) + 0.0));
    }

    private static long nanos(RowData row, int index, int precision) {
        var timestamp = row.getTimestamp(index, precision);
        return timestamp.getMillisecond() * NANOS_PER_MILLI + timestamp.getNanoOfMillisecond();
    }

    private static boolean isDeclared(String of, List<ColumnSpec> columns) {
        return columns.stream().anyMatch(column -> column.name().equals(of));
    }

    private static String name(String column, LogicalType type) {
        return column + " " + type.copy(true).asSerializableString();
    }

    private static IllegalArgumentException unfit(String column) {
        return new IllegalArgumentException(
                "%s is aggregated; it must be a number, a BOOLEAN or a DECIMAL of at most %d digits"
                        .formatted(column, MOST_DIGITS));
    }
}
