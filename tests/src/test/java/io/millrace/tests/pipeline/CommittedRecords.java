package io.millrace.tests.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What a reader of committed records sees of some topics, from their beginning. */
public final class CommittedRecords {
    private static final ObjectMapper JSON = new ObjectMapper();

    private CommittedRecords() {}

    /**
     * Hands each committed record on until enough have come.
     *
     * @throws AssertionError when no record has come for {@code patience} and it is not enough
     */
    public static void read(
            String bootstrapServers,
            List<String> topics,
            Duration patience,
            BooleanSupplier isEnough,
            Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        Map<String, Object> properties =
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "group.id",
                        "committed-records-" + topics,
                        "auto.offset.reset",
                        "earliest",
                        "enable.auto.commit",
                        false,
                        "isolation.level",
                        "read_committed");
        try (var consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(topics);
            long silentSince = System.nanoTime();
            while (!isEnough.getAsBoolean()) {
                var records = consumer.poll(Duration.ofMillis(200));
                if (!records.isEmpty()) {
                    silentSince = System.nanoTime();
                }
                records.forEach(reader);
                if (System.nanoTime() - silentSince > patience.toNanos()) {
                    throw new AssertionError(
                            "%s have brought nothing for %s, and it is not enough"
                                    .formatted(topics, patience));
                }
            }
        }
    }

    public static JsonNode json(ConsumerRecord<byte[], byte[]> record) {
        try {
            return JSON.readTree(record.value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
