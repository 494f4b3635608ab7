package io.millrace.source;

import io.millrace.record.Received;
import io.millrace.spec.ColumnSpec;
import java.io.IOException;
import java.util.List;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.ParquetRuntimeException;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/** A Parquet file, of which only the declared columns are read. */
final class ParquetFile implements RowFile {
    private final ParquetFileReader file;
    private final MessageType schema;
    private final ParquetCells cells;
    private final FileRows rows;

    private @Nullable RecordReader<@Nullable Object[]> group;
    private long left;
    private long number;

    ParquetFile(HistoryFile path, int index, SourceConfig config) throws IOException {
        if (FileFormat.isCompressed(path.path())) {
            throw new UnreadableFileException(
                    "%s is compressed as a whole; a Parquet file compresses its own pages"
                            .formatted(path.name()));
        }
        file = open(path);
        try {
            MessageType whole = file.getFileMetaData().getSchema();
            List<String> names = whole.getFields().stream().map(Type::getName).toList();
            rows = new FileRows(path, index, config, names);
            List<String> declared = config.columns().stream().map(ColumnSpec::name).toList();
            List<Type> wanted =
                    whole.getFields().stream()
                            .filter(field -> declared.contains(field.getName()))
                            .toList();
            for (Type column : wanted) {
                if (!column.isPrimitive()) {
                    throw new UnreadableFileException(
                            "column %s of %s is nested; such columns are read from JSON lines"
                                    .formatted(column.getName(), path.name()));
                }
            }
            schema = new MessageType(whole.getName(), wanted);
            cells = new ParquetCells(wanted, declared);
            file.setRequestedSchema(schema);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static ParquetFileReader open(HistoryFile path) throws IOException {
        var settings = new PlainParquetConfiguration();
        try {
            return ParquetFileReader.open(
                    new LocalInputFile(path.path()),
                    ParquetReadOptions.builder(settings)
                            .withCodecFactory(new ParquetCompression())
                            .build());
        } catch (RuntimeException e) {
            throw new UnreadableFileException(
                    "%s is no Parquet file (%s)".formatted(path.name(), e.getMessage()), e);
        }
    }

    @Override
    public @Nullable Received next() throws IOException {
        try {
            while (group == null || left == 0) {
                PageReadStore pages = file.readNextRowGroup();
                if (pages == null) {
                    return null;
                }
                left = pages.getRowCount();
                group = new ColumnIOFactory().getColumnIO(schema).getRecordReader(pages, cells);
            }
            left--;
            number++;
            return rows.row(number, group.read());
        } catch (ParquetRuntimeException e) {
            throw new IOException("row %d is damaged".formatted(number + 1), e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
