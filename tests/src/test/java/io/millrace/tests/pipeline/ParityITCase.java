package io.millrace.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jobs.backfill.TopicHistory;
import io.millrace.jobs.backfill.TopicHistory.Until;
import io.millrace.jobs.local.LocalFlink;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.parity.Difference;
import io.millrace.jobs.parity.Parity;
import io.millrace.jobs.parity.ParityConfig;
import io.millrace.jobs.parity.ParityReport;
import io.millrace.jobs.parity.ParitySummary;
import io.millrace.jobs.parity.Refusals;
import io.millrace.jobs.parity.Scores;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.jobs.pipeline.RunningJob;
import io.millrace.jobs.simulator.Scenario;
import io.millrace.jobs.simulator.SimulatedJson;
import io.millrace.jobs.simulator.SimulatedTransaction;
import io.millrace.jobs.simulator.SimulatorConfig;
import io.millrace.jobs.terminal.Terminal;
import io.millrace.registry.ModelRegistry;
import io.millrace.sink.TopicPlan;
import io.millrace.source.SourceConfig;
import io.millrace.spec.FeaturesSpec;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.LabelsSpec;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.StreamSpec;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pipeline has logged on a real broker, against a backfill of the same topics. */
class ParityITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final double BAD = 0.05;

    @TempDir private Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Terminal terminal = terminal();

    @Test
    void inEventTimeOrderEveryFeatureIsEqualToTheBit() throws Exception {
        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of());
                var feed =
                        new SimulatedFeed(
                                        kafka.bootstrapServers(),
                                        SimulatorConfig.ofCustomers(11, 60, 80),
                                        BAD)
                                .correctingLabels()) {
            PipelineSpec spec = ReferencePipeline.on(kafka);
            createTopics(kafka, spec);
            feed.publish(3_000);
            feed.publishClosing();
            run(kafka, spec, fates -> fates.size() >= feed.events());

            ParityReport report = parity(spec);

            assertThat(report.holds()).isTrue();
            assertThat(report.compared()).isGreaterThanOrEqualTo(2_900);
            assertThat(report.equal()).isEqualTo(report.compared());
            assertThat(report.features()).allMatch(feature -> feature.greatest() == 0);
            assertThat(report.loggedOnly()).isEmpty();
            // The closing events wait for ever.
            assertThat(report.computedOnly()).containsExactly(Map.entry("no score yet", 2L));
            assertThat(said()).startsWith("✓ ").contains("all features equal to the bit");
        }
    }

    @Test
    void inArrivalOrderTheRowsThatWereOvertakenAreNamed() throws Exception {
        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of())) {
            PipelineSpec spec = inArrivalOrder(ReferencePipeline.on(kafka));
            createTopics(kafka, spec);
            Instant noon = Instant.parse("2026-03-02T12:00:00Z");
            // The third transaction happened between the first two, and the fourth comes after all.
            publish(kafka, 1, noon, noon);
            publish(kafka, 2, noon.plusSeconds(300), noon.plusSeconds(301));
            publish(kafka, 3, noon.plusSeconds(120), noon.plusSeconds(302));
            publish(kafka, 4, noon.plusSeconds(600), noon.plusSeconds(601));
            run(kafka, spec, fates -> fates.size() >= 4);

            ParityReport report = parity(spec);

            assertThat(report.holds()).isFalse();
            assertThat(report.compared()).isEqualTo(4);
            assertThat(report.equal()).isEqualTo(3);
            assertThat(report.differing()).singleElement().satisfies(ParityITCase::isOvertaken);
            assertThat(said())
                    .contains("1 of 4 events differ")
                    .contains("CUSTOMER_ID_NB_TX_1DAY_WINDOW: logged 2.0, computed 3.0")
                    .contains("\"transaction_id\":2")
                    .contains("because event 3 of customer 7, of 2026-03-02T12:02:00Z, came at")
                    .doesNotContain("begins before the history");
        }
    }

    @Test
    void windowsWhoseBeginningRetentionHasDeletedAreToldApart() throws Exception {
        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of());
                var feed =
                        new SimulatedFeed(
                                kafka.bootstrapServers(),
                                SimulatorConfig.ofCustomers(11, 60, 20),
                                0)) {
            PipelineSpec spec = ReferencePipeline.on(kafka);
            createTopics(kafka, spec);
            feed.publish(400);
            feed.publishClosing();
            run(kafka, spec, fates -> fates.size() >= feed.events());
            try (var admin = kafka.admin()) {
                Map<TopicPartition, RecordsToDelete> first = new HashMap<>();
                for (int partition = 0; partition < SimulatedFeed.PARTITIONS; partition++) {
                    first.put(
                            new TopicPartition(SimulatedFeed.TRANSACTIONS, partition),
                            RecordsToDelete.beforeOffset(50));
                }
                admin.deleteRecords(first).all().get();
            }

            ParityReport report = parity(spec);

            assertThat(report.holds()).isFalse();
            assertThat(report.loggedOnly()).containsExactly(Map.entry("not in the history", 100L));
            assertThat(said())
                    .containsPattern("logged [0-9.]+, computed [0-9.]+; its window begins before")
                    .doesNotContainPattern("logged [0-9.]+, computed [0-9.]+\n")
                    .doesNotContain("no row of its entities is known to have come after it");
        }
    }

    private static void isOvertaken(Difference difference) {
        assertThat(difference.eventId()).isEqualTo("2");
        assertThat(difference.causes())
                .hasSize(2)
                .allMatch(cause -> cause.startsWith("event 3 of"));
    }

    private ParityReport parity(PipelineSpec spec) throws Exception {
        LabelsSpec labels = Objects.requireNonNull(spec.labels());
        var config =
                new ParityConfig(
                        TopicHistory.of(Scores.topic(spec), Until.LATEST, TIMEOUT),
                        topic(spec, spec.events().stream(), "events"),
                        topic(spec, labels.stream(), "labels"),
                        Refusals.of(spec, TIMEOUT),
                        spec.events().stream().topic(),
                        true,
                        Long.MIN_VALUE,
                        Long.MAX_VALUE,
                        0,
                        2);
        ParityReport report = new Parity(spec, config).run(terminal, folder.resolve("parity"));
        said.reset();
        SourceConfig events =
                SourceConfig.from(spec.pipeline(), spec.kafka(), spec.events().stream(), "events");
        new ParitySummary(terminal, spec, 0)
                .write(
                        report,
                        row -> TopicHistory.record(events, row.partition(), row.offset(), TIMEOUT));
        return report;
    }

    private static TopicHistory topic(PipelineSpec spec, StreamSpec stream, String name) {
        return TopicHistory.of(
                SourceConfig.from(spec.pipeline(), spec.kafka(), stream, name),
                Until.LATEST,
                TIMEOUT);
    }

    /** Runs the pipeline until enough of its input has a fate. */
    private void run(LocalKafka kafka, PipelineSpec spec, Enough enough) throws Exception {
        var models = ModelRegistry.at(spec.model().registry(), folder.resolve("cache"));
        var job = new PipelineJob(spec, models.require(spec.model().name(), spec.model().alias()));
        Set<String> fates = new HashSet<>();
        try (var flink = LocalFlink.start(folder.resolve("flink"), 2, 0)) {
            var running = RunningJob.submit(flink.client(), job.graph(2));
            CommittedRecords.read(
                    kafka.bootstrapServers(),
                    outputs(spec),
                    PATIENCE,
                    () -> enough.isEnough(fates),
                    record -> {
                        var json = CommittedRecords.json(record);
                        if (json.get("source_topic").asText().equals(SimulatedFeed.TRANSACTIONS)) {
                            fates.add(
                                    json.get("source_partition") + "-" + json.get("source_offset"));
                        }
                    });
            running.cancel();
        }
    }

    private static void createTopics(LocalKafka kafka, PipelineSpec spec) {
        kafka.createTopic(SimulatedFeed.TRANSACTIONS, SimulatedFeed.PARTITIONS);
        kafka.createTopic(SimulatedFeed.LABELS, SimulatedFeed.PARTITIONS);
        TopicPlan.of(spec).outputs().forEach(topic -> kafka.createTopic(topic, 2));
    }

    private static List<String> outputs(PipelineSpec spec) {
        return List.of(
                spec.output().scores(), spec.output().deadLetters(), spec.output().duplicates());
    }

    private static PipelineSpec inArrivalOrder(PipelineSpec spec) {
        return new PipelineSpec(
                spec.pipeline(),
                spec.kafka(),
                spec.events(),
                spec.labels(),
                spec.entities(),
                new FeaturesSpec(
                        spec.features().view(),
                        Order.ARRIVAL,
                        spec.features().historyFrom(),
                        spec.features().features()),
                spec.model(),
                spec.decision(),
                spec.monitor(),
                spec.output(),
                spec.checkpoint());
    }

    /** One transaction of customer 7 at terminal 9, which arrives at a moment. */
    private static void publish(LocalKafka kafka, long id, Instant happened, Instant arrived) {
        byte[] json =
                new SimulatedJson()
                        .encode(
                                new SimulatedTransaction(
                                        id,
                                        happened.toEpochMilli(),
                                        7,
                                        9,
                                        1_000,
                                        Scenario.GENUINE));
        try (var producer =
                new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            var unused =
                    producer.send(
                            new ProducerRecord<>(
                                    SimulatedFeed.TRANSACTIONS,
                                    1,
                                    arrived.toEpochMilli(),
                                    null,
                                    json));
        }
    }

    private Terminal terminal() {
        var out = new PrintStream(said, true, StandardCharsets.UTF_8);
        return new Terminal(out, out, false, false, 100);
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    /** Whether enough has a fate. */
    private interface Enough {
        boolean isEnough(Set<String> fates);
    }
}
