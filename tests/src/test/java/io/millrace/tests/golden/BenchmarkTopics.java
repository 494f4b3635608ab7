package io.millrace.tests.golden;

import io.millrace.jobs.local.LocalKafka;
import io.millrace.record.Event;
import io.millrace.registry.RegistryAddress;
import io.millrace.spec.CheckpointSpec;
import io.millrace.spec.ModelSpec;
import io.millrace.spec.OutputSpec;
import io.millrace.spec.PipelineSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.flink.table.data.RowData;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The published benchmark as Kafka topics, and its pipeline over them. */
final class BenchmarkTopics {
    private static final String TRANSACTIONS = "transactions";
    private static final String LABELS = "transaction-labels";
    private static final int PARTITIONS = 2;

    /** After everything that is published, so that event time passes all of it. */
    private static final LocalDateTime CLOSING = LocalDateTime.parse("2018-09-01T00:00:00");

    private static final long CLOSING_MILLIS = CLOSING.toInstant(ZoneOffset.UTC).toEpochMilli();

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
                        CLOSING_MILLIS,
                        partition,
                        transaction(-1 - partition, CLOSING, partition, 0, 1.00));
                send(
                        producer,
                        LABELS,
                        CLOSING_MILLIS,
                        partition,
                        label(-1 - partition, CLOSING, 0, partition, 0));
            }
        }
        return transactions;
    }

    private static String transaction(RowData row) {
        return transaction(
                row.getLong(0),
                row.getTimestamp(1, 3).toLocalDateTime(),
                row.getLong(2),
                row.getLong(3),
                row.getDouble(4));
    }

    private static String transaction(
            long id, LocalDateTime time, long customer, long terminal, double amount) {
        return """
        {"TRANSACTION_ID":%d,"TX_DATETIME":"%s","CUSTOMER_ID":%d,"TERMINAL_ID":%d,"TX_AMOUNT":%s}\
        """
                .formatted(id, time, customer, terminal, amount);
    }

    private static String label(RowData row) {
        return label(
                row.getLong(0),
                row.getTimestamp(1, 3).toLocalDateTime(),
                row.getLong(2),
                row.getLong(3),
                row.getInt(4));
    }

    private static String label(
            long id, LocalDateTime time, long customer, long terminal, int fraud) {
        return """
        {"TRANSACTION_ID":%d,"LABEL_DATETIME":"%s","CUSTOMER_ID":%d,"TERMINAL_ID":%d,"TX_FRAUD":%d}\
        """
                .formatted(id, time, customer, terminal, fraud);
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

    /** The benchmark's pipeline with one of its models. */
    static PipelineSpec pipeline(String model, Path registry, LocalKafka kafka) throws IOException {
        PipelineSpec spec = PublishedBenchmark.pipeline(kafka.bootstrapServers());
        String name = "benchmark-" + model;
        return new PipelineSpec(
                name,
                spec.kafka(),
                spec.events(),
                spec.labels(),
                spec.entities(),
                spec.features(),
                new ModelSpec(
                        model,
                        "champion",
                        RegistryAddress.directory(registry),
                        spec.model().batch(),
                        spec.model().run(),
                        spec.model().runTimeout()),
                spec.decision(),
                spec.monitor(),
                new OutputSpec(
                        name + ".scores",
                        name + ".dead-letters",
                        name + ".duplicates",
                        name + ".models",
                        name + ".shadows",
                        name + ".drift",
                        name + ".quality",
                        name + ".alerts",
                        name + ".retrain",
                        name + ".audit",
                        true,
                        OutputSpec.Guarantee.EXACTLY_ONCE,
                        spec.output().transactionTimeout()),
                new CheckpointSpec(Duration.ofSeconds(5), Duration.ofMinutes(1)));
    }
}
