package io.millrace.tests.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.reconcile.Reconciler;
import io.millrace.jobs.reconcile.Reconciler.Until;
import io.millrace.jobs.reconcile.Reconciliation;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.OutputSpec.Guarantee;
import io.millrace.spec.PipelineSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Topics as pipelines leave them, sound and not, with all that a broker puts between records. */
class ReconcilerITCase {
    private static final Duration AT_ONCE = Duration.ZERO;

    private LocalKafka kafka = LocalKafka.start();

    @BeforeEach
    void topics() {
        for (String topic : List.of("transactions", "scores", "dead-letters", "duplicates")) {
            kafka.createTopic(topic, 1);
        }
    }

    @AfterEach
    void stop() {
        kafka.close();
    }

    /** Offsets: 0–4 records, 5 a marker, 6–8 aborted, 9 a marker, 10–11 records, 12 a marker. */
    @Test
    void markersAndAbortedRecordsAreNotMissing() {
        inTransaction(true, inputs(5));
        inTransaction(false, inputs(3));
        inTransaction(true, inputs(2));
        inTransaction(true, output("scores", 0), output("scores", 1), output("dead-letters", 2));
        inTransaction(false, output("scores", 3), output("scores", 4));
        inTransaction(
                true,
                output("duplicates", 3),
                output("scores", 4),
                output("scores", 10),
                output("scores", 11));

        Reconciliation reconciliation = reconcile(Until.END);

        assertThat(reconciliation.holds()).isTrue();
        assertThat(reconciliation.render())
                .endsWith(
                        "7 in = 5 scored + 1 dead-lettered + 1 duplicate; nothing missing, nothing"
                                + " doubled");
    }

    @Test
    void aRecordWithNoFateWithTwoAndAFateWithNoRecordAreNamed() {
        inTransaction(true, inputs(10));
        for (int offset : new int[] {0, 1, 2, 6, 7, 8, 8, 10}) {
            inTransaction(true, output("scores", offset));
        }
        inTransaction(true, output("dead-letters", 0));

        Reconciliation reconciliation = reconcile(Until.END);

        assertThat(reconciliation.holds()).isFalse();
        assertThat(reconciliation.render().lines())
                .contains(
                        "transactions-0 missing: 3–5, 9",
                        "transactions-0 doubled: 0, 8",
                        "transactions-0 unknown: 10",
                        "10 in = 7 scored + 1 dead-lettered + 0 duplicate + 4 missing - 2 doubled;"
                                + " 4 missing, 2 doubled, 1 unknown");
    }

    @Test
    void whatTheJobHasNotCommittedDoesNotCountYet() throws Exception {
        inTransaction(true, inputs(10));
        inTransaction(true, output("scores", 0), output("scores", 1), output("scores", 5));
        try (var admin = kafka.admin()) {
            admin.alterConsumerGroupOffsets(
                            "small.events",
                            Map.of(new TopicPartition("transactions", 0), new OffsetAndMetadata(2)))
                    .all()
                    .get();
        }

        assertThat(reconcile(Until.COMMITTED).render())
                .endsWith(
                        "2 in = 2 scored + 0 dead-lettered + 0 duplicate; nothing missing, nothing"
                                + " doubled");
        assertThat(reconcile(Until.END).holds()).isFalse();
    }

    /** Event times 0 to 5 s; the one at 3 s is scored, so the watermark has passed 2 s at least. */
    @Test
    void inEventTimeOrderWhatIsLaterThanTheLastAnswerWaits() throws Exception {
        for (int second : new int[] {0, 1, 2, 5, 3, 4}) {
            inTransaction(
                    true,
                    new ProducerRecord<>(
                            "transactions",
                            "{\"id\": %1$d, \"time\": %1$d000}".formatted(second).getBytes(UTF_8)));
        }
        inTransaction(true, new ProducerRecord<>("transactions", "no JSON".getBytes(UTF_8)));
        for (int offset : new int[] {0, 2, 8}) {
            inTransaction(true, scored(offset));
        }
        try (var admin = kafka.admin()) {
            var all = new OffsetAndMetadata(14);
            admin.alterConsumerGroupOffsets(
                            "small.events", Map.of(new TopicPartition("transactions", 0), all))
                    .all()
                    .get();
        }
        PipelineSpec spec =
                Pipelines.onKafka(
                        kafka.bootstrapServers(),
                        Guarantee.EXACTLY_ONCE,
                        Duration.ofMinutes(15),
                        Order.EVENT_TIME);

        // Offsets are even: a marker follows each record.
        assertThat(new Reconciler(spec, Until.COMMITTED, AT_ONCE).run().render().lines())
                .contains(
                        "transactions-0 missing: 4, 12",
                        "7 in = 3 scored + 0 dead-lettered + 0 duplicate + 2 waiting + 2 missing;"
                                + " 2 missing, nothing doubled");
        assertThat(new Reconciler(spec, Until.END, AT_ONCE).run().render())
                .endsWith(
                        "7 in = 3 scored + 0 dead-lettered + 0 duplicate + 4 missing; 4 missing,"
                                + " nothing doubled");
    }

    private static ProducerRecord<byte[], byte[]> scored(int offset) {
        int second = offset == 8 ? 3 : offset / 2;
        return new ProducerRecord<>(
                "scores",
                "{\"event_time\":\"1970-01-01T00:00:0%d.000Z\",\"source_topic\":\"transactions\",\"source_partition\":0,\"source_offset\":%d}"
                        .formatted(second, offset)
                        .getBytes(UTF_8));
    }

    @Test
    void whatRetentionHasDeletedCountsNoMore() throws Exception {
        inTransaction(true, inputs(10));
        for (int offset = 0; offset < 10; offset++) {
            inTransaction(true, output("scores", offset));
        }
        try (var admin = kafka.admin()) {
            admin.deleteRecords(
                            Map.of(
                                    new TopicPartition("transactions", 0),
                                    RecordsToDelete.beforeOffset(4)))
                    .all()
                    .get();
        }

        assertThat(reconcile(Until.END).render())
                .endsWith(
                        "6 in = 6 scored + 0 dead-lettered + 0 duplicate; nothing missing, nothing"
                                + " doubled");
    }

    @Test
    void recordsOfOthersInAnOutputTopicAreNoFates() {
        inTransaction(true, inputs(1));
        inTransaction(
                true,
                output("scores", 0),
                new ProducerRecord<>("dead-letters", "no JSON".getBytes(UTF_8)),
                new ProducerRecord<>("dead-letters", "{\"a\": [1, {\"b\": 2}]}".getBytes(UTF_8)),
                new ProducerRecord<>(
                        "dead-letters",
                        "{\"source_topic\":\"labels\",\"source_partition\":0,\"source_offset\":0}"
                                .getBytes(UTF_8)),
                new ProducerRecord<>("dead-letters", null));

        assertThat(reconcile(Until.END).holds()).isTrue();
    }

    @Test
    void aTopicThatIsNotThereIsTold() throws Exception {
        try (var admin = kafka.admin()) {
            admin.deleteTopics(List.of("scores")).all().get();
        }

        assertThatThrownBy(() -> reconcile(Until.END))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("topic scores does not exist in Kafka at ");
    }

    private Reconciliation reconcile(Until until) {
        PipelineSpec spec =
                Pipelines.onKafka(
                        kafka.bootstrapServers(), Guarantee.EXACTLY_ONCE, Duration.ofMinutes(15));
        return new Reconciler(spec, until, AT_ONCE).run();
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static ProducerRecord<byte[], byte[]>[] inputs(int count) {
        var records = new ProducerRecord[count];
        for (int i = 0; i < count; i++) {
            records[i] = new ProducerRecord<>("transactions", "input".getBytes(UTF_8));
        }
        return records;
    }

    private static ProducerRecord<byte[], byte[]> output(String topic, long offset) {
        return new ProducerRecord<>(
                topic,
                "{\"event_id\":\"1\",\"features\":{\"source_offset\":99},\"source_topic\":\"transactions\",\"source_partition\":0,\"source_offset\":%d}"
                        .formatted(offset)
                        .getBytes(UTF_8));
    }

    @SafeVarargs
    private void inTransaction(boolean commit, ProducerRecord<byte[], byte[]>... records) {
        Map<String, Object> config =
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "test");
        try (var producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (ProducerRecord<byte[], byte[]> record : records) {
                var unused = producer.send(record);
            }
            producer.flush();
            if (commit) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }
}
