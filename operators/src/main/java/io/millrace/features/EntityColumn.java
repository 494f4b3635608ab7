package io.millrace.features;

import io.millrace.spec.ColumnSpec;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.table.data.RowData;

/**
 * The column that identifies an entity in the rows of one stream.
 *
 * @param name the column's name
 * @param index its place in the row
 * @param isNumber whether its values are longs; text otherwise
 * @param cell reads it as a {@code Long} or a {@code String}, which must be there
 */
record EntityColumn(String name, int index, boolean isNumber, Cell cell) implements Serializable {

    /** Reads an entity's value as what the stage is keyed by. */
    @FunctionalInterface
    interface Cell extends Serializable {
        Object read(RowData row);
    }

    /** Reads an entity's value as text. */
    @FunctionalInterface
    interface Text extends Serializable {
        /** The text of a pipeline that has no entity. */
        Text NONE = row -> "";

        String read(RowData row);
    }

    static EntityColumn of(String column, List<ColumnSpec> columns) {
        int index = ColumnReader.indexOf(column, columns);
        var type = columns.get(index).type();
        return switch (type.getTypeRoot()) {
            case TINYINT -> number(column, index, row -> (long) row.getByte(index));
            case SMALLINT -> number(column, index, row -> (long) row.getShort(index));
            case INTEGER -> number(column, index, row -> (long) row.getInt(index));
            case BIGINT -> number(column, index, row -> row.getLong(index));
            case CHAR, VARCHAR ->
                    new EntityColumn(column, index, false, row -> row.getString(index).toString());
            // A key must be equal where the entity is the same, in each format and each stream.
            default ->
                    throw new IllegalArgumentException(
                            "column %s of an entity is %s; it must be BIGINT, another integer, or STRING"
                                    .formatted(column, type.asSummaryString()));
        };
    }

    private static EntityColumn number(String column, int index, Cell cell) {
        return new EntityColumn(column, index, true, cell);
    }

    boolean isMissing(RowData row) {
        return row.isNullAt(index);
    }

    Object read(RowData row) {
        return cell.read(row);
    }

    Text text() {
        return row -> isMissing(row) ? "" : cell.read(row).toString();
    }
}
