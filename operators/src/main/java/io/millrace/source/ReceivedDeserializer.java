package io.millrace.source;

import io.millrace.record.Origin;
import io.millrace.record.Received;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Hands the value of each Kafka record to the {@link RowDecoder}. */
final class ReceivedDeserializer implements KafkaRecordDeserializationSchema<Received> {
    private static final long serialVersionUID = 1L;

    private static final String TRACEPARENT = "traceparent";

    // W3C trace context: 55 characters today; a future version may append to them.
    private static final int MAX_TRACEPARENT = 256;
    private static final byte[] EMPTY = new byte[0];

    private final RowDecoder decoder;

    ReceivedDeserializer(SourceConfig config, RowFormat format) {
        this.decoder = new RowDecoder(config, format);
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) throws Exception {
        decoder.open(context);
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Received> out)
            throws IOException {
        byte[] bytes = record.value() == null ? EMPTY : record.value();
        var origin =
                new Origin(
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        record.timestamp(),
                        traceparent(record),
                        bytes);
        out.collect(decoder.decode(origin));
    }

    private static @Nullable String traceparent(ConsumerRecord<byte[], byte[]> record) {
        Header header = record.headers().lastHeader(TRACEPARENT);
        byte[] value = header == null ? null : header.value();
        return value == null || value.length > MAX_TRACEPARENT
                ? null
                : new String(value, StandardCharsets.ISO_8859_1);
    }

    @Override
    public TypeInformation<Received> getProducedType() {
        return decoder.type();
    }
}
