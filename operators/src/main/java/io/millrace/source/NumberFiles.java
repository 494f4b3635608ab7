package io.millrace.source;

import io.millrace.record.Received;
import io.millrace.spec.ColumnSpec;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;

/** Files of numbers, such as training sets: read here, not in a job. */
public final class NumberFiles {
    private static final long ANY_TIME = Long.MAX_VALUE / 4;

    private final List<HistoryFile> files;
    private final List<String> columns;
    private final boolean hasText;
    private final SourceConfig config;

    /** Takes one row. */
    public interface EachRow {
        /**
         * One row.
         *
         * @param numbers in the columns' order; what the row does not have is NaN
         * @param text empty where it has none
         */
        void accept(double[] numbers, String text);
    }

    /**
     * @param columns the columns of numbers that are read
     * @param text the column of text that is read beside them; null where none is
     * @param eventTime the column that every row has a time in
     * @param flaw the column that says what is wrong with a row, where there is something
     */
    public NumberFiles(
            List<HistoryFile> files,
            List<String> columns,
            @Nullable String text,
            String eventTime,
            String flaw) {
        this.files = List.copyOf(files);
        this.columns = List.copyOf(columns);
        this.hasText = text != null;
        var declared = new ArrayList<ColumnSpec>();
        columns.forEach(name -> declared.add(new ColumnSpec(name, new DoubleType())));
        declared.add(new ColumnSpec(flaw, VarCharType.STRING_TYPE));
        if (text != null) {
            declared.add(new ColumnSpec(text, VarCharType.STRING_TYPE));
        }
        declared.add(new ColumnSpec(eventTime, new LocalZonedTimestampType(false, 3)));
        this.config =
                new SourceConfig(
                        "training sets",
                        "",
                        "",
                        Map.of(),
                        "",
                        "",
                        Map.of(),
                        declared,
                        eventTime,
                        0,
                        0,
                        ANY_TIME);
    }

    /**
     * Hands over each row; one with a flaw is left out.
     *
     * @return how many rows were left out
     * @throws UnreadableFileException where a file is not there, or a row is not what it must be
     */
    public long forEach(EachRow each) {
        long flawed = 0;
        for (int i = 0; i < files.size(); i++) {
            HistoryFile file = files.get(i);
            try (RowFile rows = open(file, i)) {
                for (Received row = rows.next(); row != null; row = rows.next()) {
                    RowData read = read(file, row);
                    if (read.isNullAt(columns.size())) {
                        each.accept(numbers(read), text(read));
                    } else {
                        flawed++;
                    }
                }
            } catch (NoSuchFileException e) {
                throw new UnreadableFileException("%s does not exist".formatted(file.name()), e);
            } catch (IOException e) {
                throw new UnreadableFileException(
                        "%s cannot be read: %s".formatted(file.name(), e.getMessage()), e);
            }
        }
        return flawed;
    }

    private RowFile open(HistoryFile file, int index) throws IOException {
        return switch (file.format()) {
            case CSV -> new CsvFile(file, index, config);
            case AVRO -> new AvroFile(file, index, config);
            case PARQUET -> new ParquetFile(file, index, config);
            case JSON ->
                    throw new UnreadableFileException(
                            "%s holds JSON lines; a training set is CSV, Avro or Parquet"
                                    .formatted(file.name()));
        };
    }

    private static RowData read(HistoryFile file, Received received) {
        RowData row = received.row();
        if (row == null) {
            throw new UnreadableFileException(
                    "row %d of %s: %s"
                            .formatted(
                                    received.origin().offset(), file.name(), received.problem()));
        }
        return row;
    }

    private double[] numbers(RowData row) {
        var numbers = new double[columns.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = row.isNullAt(i) ? Double.NaN : row.getDouble(i);
        }
        return numbers;
    }

    private String text(RowData row) {
        int place = columns.size() + 1;
        return hasText && !row.isNullAt(place) ? row.getString(place).toString() : "";
    }
}
