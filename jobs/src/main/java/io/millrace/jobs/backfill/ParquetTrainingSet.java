package io.millrace.jobs.backfill;

import io.millrace.source.ParquetCompression;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file: texts, instants to the millisecond, and features and labels as doubles; what is
 * missing is null.
 */
final class ParquetTrainingSet implements TrainingSetFile {
    private final ParquetWriter<Row> writer;

    private record Row(TrainingRow row, @Nullable String warming) {}

    ParquetTrainingSet(Path file, TrainingSetColumns columns) throws IOException {
        var settings = new PlainParquetConfiguration();
        writer =
                new Builder(new LocalOutputFile(file), columns)
                        .withConf(settings)
                        .withCodecFactory(new ParquetCompression())
                        .withCompressionCodec(CompressionCodecName.ZSTD)
                        // No id comes twice, and those of numbers collide in its hash table.
                        .withDictionaryEncoding(TrainingSetColumns.EVENT_ID, false)
                        .build();
    }

    @Override
    public void write(TrainingRow row, @Nullable String warming) throws IOException {
        writer.write(new Row(row, warming));
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }

    private static MessageType schema(TrainingSetColumns columns) {
        var schema = Types.buildMessage();
        var text = LogicalTypeAnnotation.stringType();
        var instant = LogicalTypeAnnotation.timestampType(true, TimeUnit.MILLIS);
        schema.required(PrimitiveTypeName.BINARY).as(text).named(TrainingSetColumns.EVENT_ID);
        schema.required(PrimitiveTypeName.INT64).as(instant).named(TrainingSetColumns.EVENT_TIME);
        schema.required(PrimitiveTypeName.BINARY).as(text).named(TrainingSetColumns.ENTITY);
        if (columns.segmented()) {
            schema.optional(PrimitiveTypeName.BINARY).as(text).named(TrainingSetColumns.SEGMENT);
        }
        for (String feature : columns.features()) {
            schema.optional(PrimitiveTypeName.DOUBLE).named(feature);
        }
        schema.optional(PrimitiveTypeName.BINARY).as(text).named(TrainingSetColumns.WARMING);
        if (columns.labelled()) {
            schema.optional(PrimitiveTypeName.DOUBLE).named(TrainingSetColumns.LABEL);
            schema.optional(PrimitiveTypeName.INT64)
                    .as(instant)
                    .named(TrainingSetColumns.LABEL_TIME);
        }
        return schema.named("training_set");
    }

    private static final class Builder extends ParquetWriter.Builder<Row, Builder> {
        private final TrainingSetColumns columns;

        private Builder(OutputFile file, TrainingSetColumns columns) {
            super(file);
            this.columns = columns;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        @SuppressWarnings("deprecation") // Parquet still has it abstract; nobody calls it here.
        protected WriteSupport<Row> getWriteSupport(Configuration configuration) {
            return new Rows(columns);
        }

        @Override
        protected WriteSupport<Row> getWriteSupport(ParquetConfiguration configuration) {
            return new Rows(columns);
        }
    }

    /** Writes rows field by field. */
    private static final class Rows extends WriteSupport<Row> {
        private final MessageType schema;
        private final String[] names;
        private final TrainingSetColumns columns;

        @SuppressWarnings("NullAway.Init") // Parquet calls prepareForWrite before write.
        private RecordConsumer out;

        private Rows(TrainingSetColumns columns) {
            schema = schema(columns);
            names = columns.names().toArray(String[]::new);
            this.columns = columns;
        }

        @Override
        @SuppressWarnings("deprecation") // As above.
        public WriteContext init(Configuration configuration) {
            return new WriteContext(schema, Map.of());
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return new WriteContext(schema, Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer consumer) {
            out = consumer;
        }

        @Override
        public void write(Row written) {
            TrainingRow row = written.row();
            out.startMessage();
            int field = 0;
            text(field++, row.eventId());
            time(field++, row.eventTimeMillis());
            text(field++, row.entity());
            if (columns.segmented()) {
                if (!row.segment().isEmpty()) {
                    text(field, row.segment());
                }
                field++;
            }
            for (double value : row.values()) {
                number(field++, value);
            }
            if (written.warming() != null) {
                text(field, written.warming());
            }
            field++;
            if (columns.labelled() && row.isLabelled()) {
                number(field++, row.label());
                time(field, row.labelTimeMillis());
            }
            out.endMessage();
        }

        private void text(int field, String value) {
            out.startField(names[field], field);
            out.addBinary(Binary.fromString(value));
            out.endField(names[field], field);
        }

        private void time(int field, long millis) {
            out.startField(names[field], field);
            out.addLong(millis);
            out.endField(names[field], field);
        }

        private void number(int field, double value) {
            if (!Double.isNaN(value)) {
                out.startField(names[field], field);
                out.addDouble(value);
                out.endField(names[field], field);
            }
        }
    }
}
