package io.millrace.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.ingest.IngestConfig;
import io.millrace.ingest.IngestStage;
import io.millrace.ingest.Ingested;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.pipeline.JobEnvironment;
import io.millrace.record.DeadLetter;
import io.millrace.record.DeadLetter.Reason;
import io.millrace.record.Duplicate;
import io.millrace.record.Event;
import io.millrace.source.SourceConfig;
import io.millrace.source.SourceStage;
import io.millrace.spec.CheckpointSpec;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.EventsSpec;
import io.millrace.spec.EventsSpec.DeduplicateSpec;
import io.millrace.spec.ExpectationSpec;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.KafkaSpec;
import io.millrace.spec.StreamSpec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Source and ingest against a real broker: whatever a topic holds ends in exactly one place. */
class IngestITCase {
    private static final Instant NINE = Instant.parse("2018-07-01T09:00:00Z");
    private static final Duration IDLENESS = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static @Nullable LocalKafka kafka;

    @BeforeAll
    static void startKafka() {
        kafka = LocalKafka.start();
    }

    @AfterAll
    static void stopKafka() {
        kafka().close();
    }

    private static LocalKafka kafka() {
        return java.util.Objects.requireNonNull(kafka);
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "csv", "avro"})
    void everyRecordIsAnEventADeadLetterOrADuplicate(String format) throws Exception {
        String topic = "mixed-" + format;
        kafka().createTopic(topic, 2);
        byte[] garbage = {0x7b, (byte) 0xff, 0x00, 0x17, 0x2c, 0x2c, 0x2c, 0x2c, 0x2c, 0x2c};
        try (var producer = producer(Map.of())) {
            for (int id = 0; id < 100; id++) {
                send(producer, topic, id % 2, row(format, id, NINE.plusSeconds(id), "3.10"));
                send(producer, topic, id % 2, garbage);
            }
            send(producer, topic, 0, row(format, 200, NINE, "-3.10"));
            send(producer, topic, 0, row(format, 201, NINE.plusSeconds(1L << 33), "3.10"));
            send(producer, topic, 1, row(format, 1, NINE, "3.10"));
            send(producer, topic, 1, null);
        }
        var job = run(stream(topic, format), Order.ARRIVAL);
        try (job) {
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> {
                                assertThat(job.events()).hasSize(100);
                                assertThat(job.deadLetters()).hasSize(103);
                                assertThat(job.duplicates()).hasSize(1);
                            });
        }

        assertThat(job.events()).extracting(Event::id).doesNotHaveDuplicates();
        assertThat(job.duplicates())
                .singleElement()
                .returns("1", Duplicate::eventId)
                .returns(1, Duplicate::firstPartition)
                .returns(0L, Duplicate::firstOffset);
        assertThat(job.deadLetters())
                .filteredOn(letter -> letter.reason() == Reason.MALFORMED)
                .hasSize(101)
                .filteredOn(letter -> letter.origin().bytes().length > 0)
                .allSatisfy(letter -> assertThat(letter.origin().bytes()).isEqualTo(garbage));
        assertThat(job.deadLetters())
                .filteredOn(letter -> letter.reason() == Reason.CONTRACT_BROKEN)
                .extracting(DeadLetter::detail)
                .satisfiesExactlyInAnyOrder(
                        detail ->
                                assertThat(detail)
                                        .isEqualTo("amount is -3.10; it must meet `amount > 0`"),
                        detail -> assertThat(detail).contains("it must lie at most PT1H after"));
        assertThat(job.coordinates()).hasSize(204).doesNotHaveDuplicates();
    }

    @Test
    void aWatermarkIsTheSlowestActivePartitionsAndASilentOneHoldsNothingBack() throws Exception {
        String topic = "watermarks";
        kafka().createTopic(topic, 3);
        try (var producer = producer(Map.of());
                var job = run(stream(topic, "json"), Order.EVENT_TIME)) {
            send(producer, topic, 0, row("json", 1, NINE.plusSeconds(3_600), "3.10"));
            send(producer, topic, 1, row("json", 2, NINE, "3.10"));

            // Partition 2 is silent: once it is idle, partition 1 sets the watermark, and what
            // lies before it is late. Each probe keeps partition 1 active, and garbage in 2 does
            // not make it so.
            var id = new java.util.concurrent.atomic.AtomicLong(100);
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(
                            () -> {
                                Instant before = NINE.minusSeconds(60);
                                byte[] probe = row("json", id.getAndIncrement(), before, "3.10");
                                send(producer, topic, 1, probe);
                                send(producer, topic, 2, new byte[] {1});
                                assertThat(job.deadLetters())
                                        .extracting(DeadLetter::reason)
                                        .contains(Reason.TOO_LATE);
                            });

            // Half an hour behind its own partition, but ahead of partition 1: not late.
            send(producer, topic, 0, row("json", 3, NINE.plusSeconds(1_800), "3.10"));
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(job.events()).extracting(Event::id).contains("3"));
            assertThat(job.deadLetters())
                    .filteredOn(letter -> letter.reason() == Reason.TOO_LATE)
                    .allSatisfy(letter -> assertThat(letter.origin().partition()).isEqualTo(1));
        }
    }

    @Test
    void whatATransactionAbortedIsNeverRead() throws Exception {
        String topic = "transactions";
        kafka().createTopic(topic, 1);
        try (var producer =
                producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "ingest-it-case"))) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, topic, 0, row("json", 1, NINE, "3.10"));
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            send(producer, topic, 0, row("json", 2, NINE, "3.10"));
            producer.commitTransaction();
        }
        var job = run(stream(topic, "json"), Order.ARRIVAL);
        try (job) {
            await().atMost(PATIENCE).until(() -> !job.events().isEmpty());
        }
        assertThat(job.events()).extracting(Event::id).containsExactly("2");
    }

    private static StreamSpec stream(String topic, String format) {
        return new StreamSpec(
                topic,
                format,
                format.equals("json") ? Map.of("timestamp-format.standard", "ISO-8601") : Map.of(),
                List.of(
                        new ColumnSpec("id", new BigIntType(false)),
                        new ColumnSpec("at", new LocalZonedTimestampType(false, 3)),
                        new ColumnSpec("amount", new DecimalType(false, 10, 2))),
                "id",
                "at",
                Duration.ofSeconds(10),
                IDLENESS,
                Duration.ofHours(1),
                List.of(new ExpectationSpec("amount > 0", "amount > 0")));
    }

    /** A running job, and what has come out of it. */
    private record Running(
            JobClient client,
            Collecting<Event> eventSink,
            Collecting<DeadLetter> deadLetterSink,
            Collecting<Duplicate> duplicateSink)
            implements AutoCloseable {

        List<Event> events() {
            return eventSink.collected();
        }

        List<DeadLetter> deadLetters() {
            return deadLetterSink.collected();
        }

        List<Duplicate> duplicates() {
            return duplicateSink.collected();
        }

        List<String> coordinates() {
            var coordinates = new ArrayList<String>();
            events().forEach(e -> coordinates.add(coordinate(e.origin())));
            deadLetters().forEach(d -> coordinates.add(coordinate(d.origin())));
            duplicates().forEach(d -> coordinates.add(coordinate(d.origin())));
            return coordinates;
        }

        private static String coordinate(io.millrace.record.Origin origin) {
            return origin.partition() + ":" + origin.offset();
        }

        @Override
        public void close() throws Exception {
            client.cancel().get();
        }
    }

    private static Running run(StreamSpec stream, Order order) throws Exception {
        var env =
                JobEnvironment.create(
                        "ingest",
                        new CheckpointSpec(Duration.ofSeconds(1), Duration.ofMinutes(1)),
                        2);
        var kafkaSpec = new KafkaSpec(kafka().bootstrapServers(), Map.of());
        // One task reads all partitions, so that its watermark is made of theirs.
        env.setParallelism(1);
        var received =
                new SourceStage(
                                SourceConfig.from(
                                        "it-" + stream.topic(), kafkaSpec, stream, "events"))
                        .attach(env);
        var deduplicate = new DeduplicateSpec(Duration.ofDays(1), "id");
        Ingested ingested =
                new IngestStage(
                                IngestConfig.from(
                                        new EventsSpec(stream, Duration.ofHours(1), deduplicate),
                                        order))
                        .attach(received);
        var events = new Collecting<Event>(stream.topic() + ".events");
        var deadLetters = new Collecting<DeadLetter>(stream.topic() + ".dead-letters");
        var duplicates = new Collecting<Duplicate>(stream.topic() + ".duplicates");
        ingested.events().sinkTo(events).uid("events");
        ingested.deadLetters().sinkTo(deadLetters).uid("dead-letters");
        ingested.duplicates().sinkTo(duplicates).uid("duplicates");
        return new Running(env.executeAsync(), events, deadLetters, duplicates);
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
        var all = new java.util.HashMap<String, Object>(settings);
        all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka().bootstrapServers());
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void send(
            KafkaProducer<byte[], byte[]> producer,
            String topic,
            int partition,
            byte @Nullable [] value)
            throws Exception {
        producer.send(new ProducerRecord<>(topic, partition, null, value)).get();
    }

    private static byte[] row(String format, long id, Instant at, String amount) throws Exception {
        return switch (format) {
            case "json" ->
                    "{\"id\": %d, \"at\": \"%s\", \"amount\": %s}"
                            .formatted(id, at, amount)
                            .getBytes(StandardCharsets.UTF_8);
            case "csv" ->
                    "%d,%s,%s"
                            .formatted(id, at.toString().replace('T', ' '), amount)
                            .getBytes(StandardCharsets.UTF_8);
            default -> {
                var bytes = new ByteArrayOutputStream();
                var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
                encoder.writeLong(id);
                encoder.writeLong(at.toEpochMilli());
                encoder.writeBytes(new java.math.BigDecimal(amount).unscaledValue().toByteArray());
                encoder.flush();
                yield bytes.toByteArray();
            }
        };
    }
}
