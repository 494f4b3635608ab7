package io.millrace.source;

import io.millrace.record.Received;
import io.millrace.spec.ColumnSpec;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file of comma- or tab-separated rows under a header that names its columns. */
final class CsvFile implements RowFile {
    private static final String TABS = ".tsv";

    private final Reader reader;
    private final CsvRecords records;
    private final FileRows rows;
    private final int[] targets;
    private final int columns;

    CsvFile(HistoryFile file, int index, SourceConfig config) throws IOException {
        reader = new InputStreamReader(file.open(), StandardCharsets.UTF_8);
        try {
            char separator = FileFormat.uncompressed(file.path()).endsWith(TABS) ? '\t' : ',';
            records = new CsvRecords(reader, separator);
            List<String> header = records.header();
            if (header.isEmpty()) {
                throw new UnreadableFileException(
                        "%s is empty; its first line must name its columns".formatted(file.name()));
            }
            rows = new FileRows(file, index, config, header);
            List<String> declared = config.columns().stream().map(ColumnSpec::name).toList();
            targets = header.stream().mapToInt(declared::indexOf).toArray();
            columns = declared.size();
        } catch (IOException | RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    @Override
    public @Nullable Received next() throws IOException {
        var cells = new Object[columns];
        int count = records.next(targets, cells);
        if (count < 0) {
            return null;
        }
        return count == targets.length
                ? rows.row(records.line(), cells)
                : rows.malformed(
                        records.line(),
                        "the line has %d cells; it must have %d, like the header"
                                .formatted(count, targets.length));
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
