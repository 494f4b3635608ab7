package io.millrace.ingest;

import io.millrace.spec.ColumnSpec;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/**
 * What every row of a topic must be: no null where the columns forbid it, an id, and every
 * expectation met.
 */
final class RowContract implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String[] names;
    private final int[] notNull;
    private final int idPosition;
    private final ColumnText idText;
    private final Expectation[] expectations;

    private RowContract(
            String[] names,
            int[] notNull,
            int idPosition,
            ColumnText idText,
            Expectation[] expectations) {
        this.names = names;
        this.notNull = notNull;
        this.idPosition = idPosition;
        this.idText = idText;
        this.expectations = expectations;
    }

    static RowContract of(IngestConfig config) {
        List<ColumnSpec> columns = config.columns();
        int id = Columns.position(columns, config.id(), "id");
        return new RowContract(
                columns.stream().map(ColumnSpec::name).toArray(String[]::new),
                IntStream.range(0, columns.size())
                        .filter(i -> i == id || !columns.get(i).type().isNullable())
                        .toArray(),
                id,
                ColumnText.of(columns.get(id), id),
                config.expectations().stream()
                        .map(expectation -> Expectation.of(expectation, columns))
                        .toArray(Expectation[]::new));
    }

    /** What breaks the contract and what it must be, or null where the row keeps it. */
    @Nullable String broken(RowData row, long eventTimeMillis) {
        for (int column : notNull) {
            if (row.isNullAt(column)) {
                return names[column] + " is null; it must have a value";
            }
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
    @Nullable String id(RowData row) {
        return row.isNullAt(idPosition) ? null : idText.read(row);
    }
}
