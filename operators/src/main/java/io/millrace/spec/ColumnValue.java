package io.millrace.spec;

import dev.cel.common.types.CelType;
import dev.cel.common.types.NullableType;
import dev.cel.common.types.SimpleType;
import java.time.Instant;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.jspecify.annotations.Nullable;

/** One column as an expression sees it. The reader is chosen once, by the column's type. */
final class ColumnValue {

    /** 2^53: up to here every integer is a double. */
    private static final long EXACT = 1L << 53;

    private static final double[] POWERS_OF_TEN = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22
    };

    private final String name;
    private final int position;
    private final boolean nullable;
    private final CelType type;
    private final ValueReader values;
    private final @Nullable NumberReader numbers;

    /** Reads a value that is not null, as CEL wants it. */
    @FunctionalInterface
    private interface ValueReader {
        Object read(RowData row, int position);
    }

    /** Reads a value that is not null as a number. */
    @FunctionalInterface
    private interface NumberReader {
        double read(RowData row, int position);
    }

    private ColumnValue(
            ColumnSpec column,
            int position,
            CelType type,
            ValueReader values,
            @Nullable NumberReader numbers) {
        this.name = column.name();
        this.position = position;
        this.nullable = column.type().isNullable();
        this.type = type;
        this.values = values;
        this.numbers = numbers;
    }

    /** The column as a value, or null where expressions know no such type. */
    static @Nullable ColumnValue of(ColumnSpec column, int position) {
        LogicalType sql = column.type();
        LogicalTypeRoot root = sql.getTypeRoot();
        return switch (root) {
            case BOOLEAN ->
                    new ColumnValue(
                            column,
                            position,
                            SimpleType.BOOL,
                            RowData::getBoolean,
                            (row, at) -> row.getBoolean(at) ? 1 : 0);
            case TINYINT -> integer(column, position, RowData::getByte);
            case SMALLINT -> integer(column, position, RowData::getShort);
            case INTEGER -> integer(column, position, RowData::getInt);
            case BIGINT -> integer(column, position, RowData::getLong);
            case FLOAT -> decimal(column, position, RowData::getFloat);
            case DOUBLE -> decimal(column, position, RowData::getDouble);
            case DECIMAL -> {
                int precision = LogicalTypeChecks.getPrecision(sql);
                int scale = LogicalTypeChecks.getScale(sql);
                yield decimal(
                        column,
                        position,
                        (row, at) -> toDouble(row.getDecimal(at, precision, scale)));
            }
            case CHAR, VARCHAR ->
                    new ColumnValue(
                            column,
                            position,
                            SimpleType.STRING,
                            (row, at) -> row.getString(at).toString(),
                            null);
            case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> {
                int precision = LogicalTypeChecks.getPrecision(sql);
                // A timestamp without a zone is read as UTC.
                yield new ColumnValue(
                        column,
                        position,
                        SimpleType.TIMESTAMP,
                        (row, at) -> row.getTimestamp(at, precision).toInstant(),
                        null);
            }
            case DATE ->
                    new ColumnValue(
                            column,
                            position,
                            SimpleType.TIMESTAMP,
                            (row, at) -> Instant.ofEpochSecond(row.getInt(at) * 86_400L),
                            null);
            default -> null;
        };
    }

    /** Reads an integer of any width. */
    @FunctionalInterface
    private interface IntegerReader {
        long read(RowData row, int position);
    }

    private static ColumnValue integer(ColumnSpec column, int position, IntegerReader reader) {
        return new ColumnValue(column, position, SimpleType.INT, reader::read, reader::read);
    }

    private static ColumnValue decimal(ColumnSpec column, int position, NumberReader reader) {
        return new ColumnValue(column, position, SimpleType.DOUBLE, reader::read, reader);
    }

    /** The double nearest to the decimal, rounded once. */
    private static double toDouble(DecimalData decimal) {
        int scale = decimal.scale();
        if (decimal.isCompact() && scale < POWERS_OF_TEN.length) {
            long unscaled = decimal.toUnscaledLong();
            // Both operands are exact, so that the division rounds correctly.
            if (-EXACT <= unscaled && unscaled <= EXACT) {
                return unscaled / POWERS_OF_TEN[scale];
            }
        }
        return decimal.toBigDecimal().doubleValue();
    }

    String name() {
        return name;
    }

    boolean isNumeric() {
        return numbers != null;
    }

    boolean isBoolean() {
        return type.equals(SimpleType.BOOL);
    }

    CelType celType() {
        return nullable ? NullableType.create(type) : type;
    }

    boolean isNull(RowData row) {
        return nullable && row.isNullAt(position);
    }

    /** The value, which must not be null. */
    Object read(RowData row) {
        return values.read(row, position);
    }

    /** The value of a numeric column; NaN where it is null. */
    double number(RowData row) {
        if (numbers == null) {
            throw new IllegalStateException(name + " is not a number");
        }
        return isNull(row) ? Double.NaN : numbers.read(row, position);
    }
}
