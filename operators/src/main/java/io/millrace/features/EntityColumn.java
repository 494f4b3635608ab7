package io.millrace.features;

import io.millrace.spec.ColumnSpec;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/**
 * The column that identifies an entity in the rows of one stream, or the columns that do so
 * together.
 *
 * @param names the columns' names
 * @param indexes the places of the columns in the row
 * @param kinds of each column, whether its values are numbers; text otherwise
 * @param cell reads what identifies the entity: of one column a {@code Long} or a {@code String},
 *     of several a {@code String}; all must have a value
 */
record EntityColumn(List<String> names, List<Integer> indexes, List<Boolean> kinds, Cell cell)
        implements Serializable {
    private static final char SEPARATOR = '|';
    private static final char ESCAPE = '\\';

    /** Reads an entity's value as what the stage is keyed by. */
    @FunctionalInterface
    interface Cell extends Serializable {
        Object read(RowData row);
    }

    /** Reads an entity's value as text. */
    @FunctionalInterface
    interface Text extends Serializable {
        /** The text of a pipeline that has no entity, or no segments. */
        Text NONE = row -> "";

        String read(RowData row);
    }

    /**
     * @param columns the names of the identifying columns, at least one
     * @param declared the stream's columns
     */
    static EntityColumn of(List<String> columns, List<ColumnSpec> declared) {
        var parts = columns.stream().map(column -> of(column, declared)).toList();
        return parts.size() == 1
                ? parts.get(0)
                : new EntityColumn(
                        List.copyOf(columns),
                        parts.stream().map(part -> part.indexes.get(0)).toList(),
                        parts.stream().map(EntityColumn::isNumber).toList(),
                        row -> joined(parts, row));
    }

    static EntityColumn of(String column, List<ColumnSpec> declared) {
        int index = ColumnReader.indexOf(column, declared);
        var type = declared.get(index).type();
        return switch (type.getTypeRoot()) {
            case TINYINT -> number(column, index, row -> (long) row.getByte(index));
            case SMALLINT -> number(column, index, row -> (long) row.getShort(index));
            case INTEGER -> number(column, index, row -> (long) row.getInt(index));
            case BIGINT -> number(column, index, row -> row.getLong(index));
            case CHAR, VARCHAR ->
                    single(column, index, false, row -> row.getString(index).toString());
            // A key must be equal where the entity is the same, in each format and each stream.
            default ->
                    throw new IllegalArgumentException(
                            "column %s of an entity is %s; it must be BIGINT, another integer, or STRING"
                                    .formatted(column, type.asSummaryString()));
        };
    }

    private static EntityColumn number(String column, int index, Cell cell) {
        return single(column, index, true, cell);
    }

    private static EntityColumn single(String column, int index, boolean isNumber, Cell cell) {
        return new EntityColumn(List.of(column), List.of(index), List.of(isNumber), cell);
    }

    /** The values with bars between them; within a value, a bar and a backslash are escaped. */
    private static String joined(List<EntityColumn> parts, RowData row) {
        var text = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            if (i > 0) {
                text.append(SEPARATOR);
            }
            String part = parts.get(i).read(row).toString();
            for (int at = 0; at < part.length(); at++) {
                char letter = part.charAt(at);
                if (letter == SEPARATOR || letter == ESCAPE) {
                    text.append(ESCAPE);
                }
                text.append(letter);
            }
        }
        return text.toString();
    }

    /** Whether it reads a {@code Long}. */
    boolean isNumber() {
        return kinds.size() == 1 && kinds.get(0);
    }

    /** Whether the entity of one stream can be the entity of the other. */
    boolean matches(EntityColumn other) {
        return kinds.equals(other.kinds);
    }

    /** The name of the first column that has no value, or null. */
    @Nullable String missingFrom(RowData row) {
        for (int i = 0; i < names.size(); i++) {
            if (row.isNullAt(indexes.get(i))) {
                return names.get(i);
            }
        }
        return null;
    }

    Object read(RowData row) {
        return cell.read(row);
    }

    Text text() {
        return row -> missingFrom(row) != null ? "" : cell.read(row).toString();
    }
}
