package io.millrace.sink;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.record.Outgoing;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Hands bytes to Kafka: the topic is the record's, the partition its key's, the time of writing
 * now.
 */
final class OutgoingSerializationSchema implements KafkaRecordSerializationSchema<Outgoing> {
    private static final long serialVersionUID = 1L;

    private static final String TRACEPARENT = "traceparent";

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            Outgoing outgoing, KafkaSinkContext context, @Nullable Long timestamp) {
        var record = new ProducerRecord<>(outgoing.topic(), outgoing.key(), outgoing.value());
        String traceparent = outgoing.traceparent();
        if (traceparent != null) {
            record.headers().add(TRACEPARENT, traceparent.getBytes(US_ASCII));
        }
        return record;
    }
}
