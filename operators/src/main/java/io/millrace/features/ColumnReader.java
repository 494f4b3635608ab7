package io.millrace.features;

import io.millrace.spec.ColumnSpec;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.DecimalType;

/**
 * Reads one column of a row as what a {@link RowLog} keeps. Chosen once per column, so that the
 * per-record path tests no types.
 *
 * @param name the column's name and type: what is kept, in words
 * @param isFloating whether the bits of a double are read; a scaled integer otherwise
 * @param unit what a scaled integer is divided by: 100 for two digits after the point
 */
record ColumnReader(String name, boolean isFloating, double unit, Cell cell)
        implements Serializable {
    /** Beyond it an unscaled value need not fit a long. */
    private static final int MOST_DIGITS = 18;

    /** How one cell becomes a long. */
    @FunctionalInterface
    interface Cell extends Serializable {
        long read(RowData row);
    }

    /** The value of a column; a null is read as 0, which changes no sum. */
    static ColumnReader ofValue(String column, List<ColumnSpec> columns) {
        int index = indexOf(column, columns);
        var type = columns.get(index).type();
        String name = column + " " + type.copy(true).asSerializableString();
        Cell cell =
                switch (type.getTypeRoot()) {
                    case BOOLEAN -> row -> row.getBoolean(index) ? 1 : 0;
                    case TINYINT -> row -> row.getByte(index);
                    case SMALLINT -> row -> row.getShort(index);
                    case INTEGER -> row -> row.getInt(index);
                    case BIGINT -> row -> row.getLong(index);
                    case FLOAT -> row -> Double.doubleToRawLongBits(row.getFloat(index));
                    case DOUBLE -> row -> Double.doubleToRawLongBits(row.getDouble(index));
                    case DECIMAL -> decimal(index, (DecimalType) type);
                    // What is left has no sum.
                    default -> throw unfit(name);
                };
        boolean isFloating =
                switch (type.getTypeRoot()) {
                    case FLOAT, DOUBLE -> true;
                    default -> false;
                };
        double unit = type instanceof DecimalType decimal ? Math.pow(10, decimal.getScale()) : 1;
        Cell present = type.isNullable() ? row -> row.isNullAt(index) ? 0 : cell.read(row) : cell;
        return new ColumnReader(name, isFloating, unit, present);
    }

    /** Whether a column has a value: 1, or 0 for a null. */
    static ColumnReader ofPresence(String column, List<ColumnSpec> columns) {
        int index = indexOf(column, columns);
        return new ColumnReader(
                column + " IS NOT NULL", false, 1, row -> row.isNullAt(index) ? 0 : 1);
    }

    static boolean isNullable(String column, List<ColumnSpec> columns) {
        return columns.get(indexOf(column, columns)).type().isNullable();
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

    long read(RowData row) {
        return cell.read(row);
    }

    private static Cell decimal(int index, DecimalType type) {
        int precision = type.getPrecision();
        int scale = type.getScale();
        if (precision > MOST_DIGITS) {
            throw unfit(type.asSummaryString());
        }
        return row -> row.getDecimal(index, precision, scale).toUnscaledLong();
    }

    private static IllegalArgumentException unfit(String column) {
        return new IllegalArgumentException(
                "%s is aggregated; it must be a number, a BOOLEAN or a DECIMAL of at most %d digits"
                        .formatted(column, MOST_DIGITS));
    }
}
