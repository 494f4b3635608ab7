package io.millrace.source;

import io.millrace.record.Received;
import io.millrace.spec.ColumnSpec;
import java.io.IOException;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** An Avro object container, read by the schema that it holds. */
final class AvroFile implements RowFile {
    private final DataFileStream<GenericRecord> records;
    private final FileRows rows;

    /** Where in the file's records each declared column stands; less than 0 where it does not. */
    private final int[] positions;

    private long number;

    AvroFile(HistoryFile file, int index, SourceConfig config) throws IOException {
        records = open(file);
        try {
            Schema schema = records.getSchema();
            if (schema.getType() != Schema.Type.RECORD) {
                throw new UnreadableFileException(
                        "%s holds Avro values of type %s; they must be records"
                                .formatted(file.name(), schema.getType()));
            }
            List<String> names = schema.getFields().stream().map(Schema.Field::name).toList();
            rows = new FileRows(file, index, config, names);
            positions =
                    config.columns().stream()
                            .map(ColumnSpec::name)
                            .mapToInt(names::indexOf)
                            .toArray();
        } catch (RuntimeException e) {
            records.close();
            throw e;
        }
    }

    private static DataFileStream<GenericRecord> open(HistoryFile file) throws IOException {
        var values = new GenericData();
        values.addLogicalTypeConversion(new Conversions.DecimalConversion());
        values.addLogicalTypeConversion(new TimeConversions.DateConversion());
        values.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
        values.addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
        values.addLogicalTypeConversion(new TimeConversions.LocalTimestampMillisConversion());
        values.addLogicalTypeConversion(new TimeConversions.LocalTimestampMicrosConversion());
        var in = file.open();
        try {
            return new DataFileStream<>(in, new GenericDatumReader<>(null, null, values));
        } catch (IOException | AvroRuntimeException e) {
            in.close();
            throw new UnreadableFileException(
                    "%s is no Avro object container (%s)".formatted(file.name(), e.getMessage()),
                    e);
        }
    }

    @Override
    public @Nullable Received next() throws IOException {
        try {
            if (!records.hasNext()) {
                return null;
            }
            GenericRecord record = records.next();
            number++;
            var cells = new Object[positions.length];
            for (int i = 0; i < cells.length; i++) {
                cells[i] = positions[i] < 0 ? null : record.get(positions[i]);
            }
            return rows.row(number, cells);
        } catch (AvroRuntimeException e) {
            throw new IOException("record %d is damaged".formatted(number + 1), e);
        }
    }

    @Override
    public void close() throws IOException {
        records.close();
    }
}
