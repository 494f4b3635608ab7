package io.millrace.source;

import io.millrace.record.DeadLetter.Reason;
import io.millrace.record.Origin;
import io.millrace.record.Received;
import io.millrace.spec.ColumnSpec;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.jspecify.annotations.Nullable;

/** Makes rows of the declared columns of what a file holds under their names. */
final class FileRows {
    private static final int MAX_DETAIL = 200;
    private static final byte[] NO_BYTES = {};

    private final String file;
    private final int index;
    private final List<ColumnSpec> columns;
    private final CellReader[] readers;
    private final EventTimeReader eventTime;
    private final EventTimeBounds bounds;

    /**
     * The rows of one file.
     *
     * @param index which of the files it is: its rows' partition
     * @param names the columns that the file has
     * @throws UnreadableFileException where a column is missing that every row must have, or one
     *     cannot be read from files of this kind
     */
    FileRows(HistoryFile file, int index, SourceConfig config, Collection<String> names) {
        this.file = file.name();
        this.index = index;
        this.columns = config.columns();
        this.eventTime = EventTimeReader.of(config.columns(), config.eventTime());
        this.bounds = new EventTimeBounds(config.eventTime(), config.maxAheadMillis());
        var read = new ArrayList<CellReader>();
        for (ColumnSpec column : columns) {
            if (!names.contains(column.name()) && !column.type().isNullable()) {
                throw new UnreadableFileException(
                        "%s has no column %s, which is NOT NULL in %s; its columns are %s"
                                .formatted(
                                        file.name(),
                                        column.name(),
                                        config.name(),
                                        String.join(", ", names)));
            }
            read.add(reader(file, column));
        }
        this.readers = read.toArray(CellReader[]::new);
    }

    private static CellReader reader(HistoryFile file, ColumnSpec column) {
        CellReader reader = CellReader.of(column.type());
        if (reader == null) {
            throw new UnreadableFileException(
                    "column %s is %s, which cannot be read from %s; such columns are read from JSON lines"
                            .formatted(
                                    column.name(), column.type().asSummaryString(), file.name()));
        }
        return reader;
    }

    /** Where a row stands: the file, and its number in it. */
    static Origin origin(String file, int index, long row) {
        return new Origin(file, index, row, 0, null, NO_BYTES);
    }

    /**
     * The row, or why there is none.
     *
     * @param number of the row or its line in the file, for people
     * @param cells what the file holds for each declared column; null where it holds nothing
     */
    Received row(long number, @Nullable Object[] cells) {
        Origin origin = origin(file, index, number);
        var row = new GenericRowData(cells.length);
        for (int i = 0; i < cells.length; i++) {
            Object cell = cells[i];
            if (cell == null) {
                continue;
            }
            Object value;
            try {
                value = readers[i].read(cell);
            } catch (NumberFormatException | DateTimeException e) {
                return Received.refused(origin, Reason.MALFORMED, misfit(i, cell, "be"));
            }
            if (value == null) {
                return Received.refused(origin, Reason.CONTRACT_BROKEN, misfit(i, cell, "fit"));
            }
            row.setField(i, value);
        }
        long eventTimeMillis = eventTime.read(row);
        if (!bounds.hold(eventTimeMillis, 0)) {
            return Received.refused(
                    origin, Reason.CONTRACT_BROKEN, bounds.broken(eventTimeMillis, 0));
        }
        return Received.decoded(origin, eventTimeMillis, row);
    }

    /** What cannot be a row at all. */
    Received malformed(long number, String problem) {
        return Received.refused(origin(file, index, number), Reason.MALFORMED, problem);
    }

    private String misfit(int column, Object cell, String verb) {
        String text = cell.toString();
        return "%s is %s; it must %s %s"
                .formatted(
                        columns.get(column).name(),
                        text.length() <= MAX_DETAIL ? text : text.substring(0, MAX_DETAIL) + "…",
                        verb,
                        columns.get(column).type().copy(true).asSummaryString());
    }
}
