package io.millrace.source;

import java.io.IOException;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.formats.avro.AvroFormatOptions;
import org.apache.flink.formats.avro.AvroRowDataDeserializationSchema;
import org.apache.flink.formats.avro.AvroToRowDataConverters;
import org.apache.flink.formats.avro.typeutils.AvroSchemaConverter;
import org.apache.flink.formats.avro.typeutils.GenericRecordAvroTypeInfo;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * Flink's Avro format over a reader of our own for the record.
 *
 * <p>Flink's reader keeps one buffered decoder: bytes that a damaged record leaves behind become
 * the beginning of the next record, which is then misread without any error. This one starts afresh
 * with each record, and a record must use all of its bytes.
 */
final class AvroRows {

    private AvroRows() {}

    static boolean areBinary(ReadableConfig options) {
        return options.get(AvroFormatOptions.AVRO_ENCODING)
                == AvroFormatOptions.AvroEncoding.BINARY;
    }

    static DeserializationSchema<RowData> schema(RowType columns, ReadableConfig options) {
        boolean legacy = options.get(AvroFormatOptions.AVRO_TIMESTAMP_LEGACY_MAPPING);
        return new AvroRowDataDeserializationSchema(
                new RecordSchema(AvroSchemaConverter.convertToSchema(columns, legacy).toString()),
                AvroToRowDataConverters.createRowConverter(columns, legacy),
                InternalTypeInfo.of(columns));
    }

    /** Reads one whole Avro record. */
    private static final class RecordSchema extends AbstractDeserializationSchema<GenericRecord> {
        private static final long serialVersionUID = 1L;

        private final String schema;

        private transient @Nullable GenericDatumReader<GenericRecord> reader;
        private transient @Nullable BinaryDecoder decoder;

        RecordSchema(String schema) {
            super(GenericRecord.class);
            this.schema = schema;
        }

        @Override
        public void open(InitializationContext context) {
            reader = new ArrayReader(new Schema.Parser().parse(schema));
        }

        @Override
        public GenericRecord deserialize(byte[] message) throws IOException {
            decoder = DecoderFactory.get().binaryDecoder(message, decoder);
            GenericRecord record =
                    Objects.requireNonNull(reader)
                            .read(null, new BoundedDecoder(decoder, message.length));
            if (!decoder.isEnd()) {
                throw new IOException("bytes follow the record; it must end with them");
            }
            return record;
        }

        @Override
        public TypeInformation<GenericRecord> getProducedType() {
            return new GenericRecordAvroTypeInfo(new Schema.Parser().parse(schema));
        }
    }

    /** Hands on bytes as the array that they were read into, which Flink would copy once more. */
    private static final class ArrayReader extends GenericDatumReader<GenericRecord> {

        ArrayReader(Schema schema) {
            super(schema);
        }

        @Override
        protected Object readBytes(@Nullable Object old, Schema schema, Decoder in)
                throws IOException {
            // Of BoundedDecoder, whose buffers are whole arrays.
            return in.readBytes(null).array();
        }
    }
}
