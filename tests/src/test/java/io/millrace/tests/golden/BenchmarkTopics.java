package io.millrace.tests.golden;

import io.millrace.jobs.local.LocalKafka;
import io.millrace.record.Event;
import io.millrace.spec.CheckpointSpec;
import io.millrace.spec.EventsSpec;
import io.millrace.spec.LabelsSpec;
import io.millrace.spec.ModelSpec;
import io.millrace.spec.OutputSpec;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.StreamSpec;
import io.millrace.tests.pipeline.ReferencePipeline;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.table.data.RowData;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The published benchmark as Kafka topics, and the reference pipeline over them. */
final class BenchmarkTopics {
    private static final String TRANSACTIONS = "transactions";
    private static final String LABELS = "transaction-labels";
    private static final int PARTITIONS = 2;

    /** After everything that is published, so that event time passes all of it. */
    private static final Instant CLOSING = Instant.parse("2018-09-01T00:00:00Z");

    private BenchmarkTopics() {}

    /** Publishes all transactions and labels; how many transactions there are. */
    static int publish(PublishedBenchmark benchmark, LocalKafka kafka) {
        kafka.createTopic(TRANSACTIONS, PARTITIONS);
        kafka.createTopic(LABELS, PARTITIONS);
        Map<String, Object> properties =
                Map.of(
                        "bootstrap.servers",
                        kafka.bootstrapServers(),
                        "linger.ms",
                        20,
                        "batch.size",
                        262_144,
                        "compression.type",
                        "lz4");
        int transactions = 0;
        try (var producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            var rows = benchmark.transactions().open();
            for (Event row = rows.next(); row != null; row = rows.next()) {
                transactions++;
                send(
                        producer,
                        TRANSACTIONS,
                        row.eventTimeMillis(),
                        row.row().getLong(2),
                        transaction(row.row()));
            }
            var labels = benchmark.labels().open();
            for (Event row = labels.next(); row != null; row = labels.next()) {
                send(
                        producer,
                        LABELS,
                        row.eventTimeMillis(),
                        row.row().getLong(3),
                        label(row.row()));
            }
            for (int partition = 0; partition < PARTITIONS; partition++) {
                send(
                        producer,
                        TRANSACTIONS,
                        CLOSING.toEpochMilli(),
                        partition,
                        """
                        {"transaction_id":%d,"tx_time":"%s","customer_id":%d,"terminal_id":0,"amount":1.00}\
                        """
                                .formatted(-1 - partition, CLOSING, partition));
                send(
                        producer,
                        LABELS,
                        CLOSING.toEpochMilli(),
                        partition,
                        """
                        {"transaction_id":%d,"label_time":"%s","customer_id":0,"terminal_id":%d,"fraud":false}\
                        """
                                .formatted(-1 - partition, CLOSING, partition));
            }
        }
        return transactions;
    }

    private static String transaction(RowData row) {
        return """
        {"transaction_id":%d,"tx_time":"%s","customer_id":%d,"terminal_id":%d,"amount":%s}\
        """
                .formatted(
                        row.getLong(0),
                        row.getTimestamp(1, 3).toInstant(),
                        row.getLong(2),
                        row.getLong(3),
                        row.getDecimal(4, 10, 2));
    }

    private static String label(RowData row) {
        return """
        {"transaction_id":%d,"label_time":"%s","customer_id":%d,"terminal_id":%d,"fraud":%s}\
        """
                .formatted(
                        row.getLong(0),
                        row.getTimestamp(1, 3).toInstant(),
                        row.getLong(2),
                        row.getLong(3),
                        row.getBoolean(4));
    }

    // A record that was not written is missed by whoever counts them.
    @SuppressWarnings("FutureReturnValueIgnored")
    private static void send(
            KafkaProducer<byte[], byte[]> producer,
            String topic,
            long timeMillis,
            long entity,
            String json) {
        int partition = (int) (entity % PARTITIONS);
        producer.send(
                new ProducerRecord<>(
                        topic, partition, timeMillis, null, json.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * The reference pipeline with another model, and without expectations that the benchmark's rows
     * were not made for.
     */
    static PipelineSpec pipeline(String model, Path registry, LocalKafka kafka) {
        PipelineSpec spec = ReferencePipeline.on(kafka);
        String name = "benchmark-" + model;
        return new PipelineSpec(
                name,
                spec.kafka(),
                new EventsSpec(
                        lenient(spec.events().stream()),
                        spec.events().allowedLateness(),
                        spec.events().deduplicate()),
                new LabelsSpec(
                        lenient(Objects.requireNonNull(spec.labels()).stream()),
                        spec.labels().value()),
                spec.entities(),
                spec.features(),
                new ModelSpec(
                        model,
                        "champion",
                        registry,
                        spec.model().batchRows(),
                        spec.model().batchWait(),
                        spec.model().run()),
                spec.decision(),
                new OutputSpec(
                        name + ".scores",
                        name + ".dead-letters",
                        name + ".duplicates",
                        name + ".models",
                        true,
                        OutputSpec.Guarantee.EXACTLY_ONCE,
                        spec.output().transactionTimeout()),
                new CheckpointSpec(Duration.ofSeconds(5), Duration.ofMinutes(1)));
    }

    private static StreamSpec lenient(StreamSpec stream) {
        return new StreamSpec(
                stream.topic(),
                stream.format(),
                stream.formatOptions(),
                stream.columns(),
                stream.id(),
                stream.eventTime(),
                stream.outOfOrderness(),
                // A source that waits for the other on a busy machine is not idle.
                Duration.ofMinutes(10),
                stream.maxAhead(),
                List.of());
    }
}
