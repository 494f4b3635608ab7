package io.millrace.monitor;

import java.io.Serializable;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/** Reads what a label says: {@code TRUE}, or a number over one half, is positive. */
public final class TruthReader implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final double HALF = 0.5;

    private final int place;
    private final LogicalType type;

    /**
     * Reads labels of these columns.
     *
     * @param columns the label's columns
     * @param value the one that holds the label, a {@code BOOLEAN} or a number
     */
    public TruthReader(RowType columns, String value) {
        this.place = columns.getFieldIndex(value);
        if (place < 0) {
            throw new IllegalArgumentException(
                    "%s is no column of labels; it must be one of %s"
                            .formatted(value, columns.getFieldNames()));
        }
        this.type = columns.getTypeAt(place);
    }

    /** Null where the label says nothing: it is absent, or not a number. */
    public @Nullable Boolean read(RowData label) {
        if (label.isNullAt(place)) {
            return null;
        }
        double number = number(label);
        return Double.isNaN(number) ? null : number > HALF;
    }

    private double number(RowData label) {
        return switch (type.getTypeRoot()) {
            case BOOLEAN -> label.getBoolean(place) ? 1 : 0;
            case TINYINT -> label.getByte(place);
            case SMALLINT -> label.getShort(place);
            case INTEGER -> label.getInt(place);
            case BIGINT -> label.getLong(place);
            case FLOAT -> label.getFloat(place);
            case DOUBLE -> label.getDouble(place);
            case DECIMAL -> {
                var decimal = (DecimalType) type;
                yield label.getDecimal(place, decimal.getPrecision(), decimal.getScale())
                        .toBigDecimal()
                        .doubleValue();
            }
            default ->
                    throw new IllegalStateException(
                            "a label is %s; it must be BOOLEAN or a number".formatted(type));
        };
    }
}
