package io.millrace.ingest;

import io.millrace.spec.ColumnSpec;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.jspecify.annotations.Nullable;

/**
 * What every row of a topic must be: no null where the columns forbid it, an id of bounded length,
 * and every expectation met.
 */
public final class RowContract implements Serializable {
    private static final long serialVersionUID = 1L;

    /** An id is kept in state and copied to every result; a document is no id. */
    private static final int MAX_ID_CHARS = 1_024;

    private final String[] names;
    private final int[] notNull;
    private final int idPosition;
    private final ColumnText idText;

    /** Whether an id can be of any length. */
    private final boolean hasOpenId;

    private final Expectation[] expectations;

    private RowContract(
            String[] names,
            int[] notNull,
            int idPosition,
            ColumnText idText,
            boolean hasOpenId,
            Expectation[] expectations) {
        this.names = names;
        this.notNull = notNull;
        this.idPosition = idPosition;
        this.idText = idText;
        this.hasOpenId = hasOpenId;
        this.expectations = expectations;
    }

    /**
     * What a topic's rows must be.
     *
     * @throws IllegalArgumentException where an expectation is none over these columns
     */
    public static RowContract of(IngestConfig config) {
        List<ColumnSpec> columns = config.columns();
        int id = Columns.position(columns, config.id(), "id");
        return new RowContract(
                columns.stream().map(ColumnSpec::name).toArray(String[]::new),
                IntStream.range(0, columns.size())
                        .filter(i -> i == id || !columns.get(i).type().isNullable())
                        .toArray(),
                id,
                ColumnText.of(columns.get(id), id),
                columns.get(id)
                        .type()
                        .isAnyOf(
                                LogicalTypeFamily.CHARACTER_STRING,
                                LogicalTypeFamily.BINARY_STRING),
                config.expectations().stream()
                        .map(expectation -> Expectation.of(expectation, columns))
                        .toArray(Expectation[]::new));
    }

    /** What breaks the contract and what it must be, or null where the row keeps it. */
    public @Nullable String broken(RowData row, long eventTimeMillis) {
        for (int column : notNull) {
            if (row.isNullAt(column)) {
                return names[column] + " is null; it must have a value";
            }
        }
        int idChars = hasOpenId ? idText.read(row).length() : 0;
        if (idChars > MAX_ID_CHARS) {
            return "%s has %d characters; it must have at most %d, since it is the id"
                    .formatted(names[idPosition], idChars, MAX_ID_CHARS);
        }
        for (Expectation expectation : expectations) {
            String unmet = expectation.unmet(row, eventTimeMillis);
            if (unmet != null) {
                return unmet;
            }
        }
        return null;
    }

    /** The event id of a row, or null where it has none. */
    public @Nullable String id(RowData row) {
        return row.isNullAt(idPosition) ? null : idText.read(row);
    }
}
