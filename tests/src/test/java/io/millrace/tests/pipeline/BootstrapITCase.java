package io.millrace.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.jobs.backfill.FileHistory;
import io.millrace.jobs.backfill.TopicHistory;
import io.millrace.jobs.bootstrap.Bootstrap;
import io.millrace.jobs.bootstrap.OlderFiles;
import io.millrace.jobs.local.LocalFlink;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.jobs.pipeline.RunningJob;
import io.millrace.jobs.pipeline.Savepoint;
import io.millrace.jobs.simulator.SimulatorConfig;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import io.millrace.sink.TopicPlan;
import io.millrace.source.SourceConfig;
import io.millrace.spec.CheckpointSpec;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.SpecParser;
import io.millrace.tests.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New features with the state that they would have had: upgraded, they say what they say anew. */
class BootstrapITCase {
    private static final Path FILE = Repository.path("jobs/pipelines/card-fraud.yaml");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int FIRST = 2_000;

    /** A day's transactions wait for the watermark when the job is stopped. */
    private static final int WAIT_AT_MOST = 200;

    @TempDir private Path folder;

    /** One committed score. */
    private record Scored(JsonNode features, boolean isWarming) {}

    @Test
    void upgradedFeaturesSayWhatTheySayFromTheBeginning() throws Exception {
        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of());
                var flink = LocalFlink.start(folder.resolve("flink"), 2, 0);
                var feed =
                        new SimulatedFeed(
                                        kafka.bootstrapServers(),
                                        SimulatorConfig.ofCustomers(11, 90, 40),
                                        0)
                                .correctingLabels()) {
            PipelineSpec v1 = spec("card-fraud", text(), kafka);
            PipelineSpec v2 = spec("card-fraud", upgraded(text()), kafka);
            PipelineSpec v2OfFiles = spec("of-files", upgraded(text()), kafka);
            PipelineSpec anew =
                    spec(
                            "anew",
                            replaced(upgraded(text()), "pipeline: card-fraud", "pipeline: anew"),
                            kafka);
            createTopics(kafka, v1, v2OfFiles, anew);

            feed.publish(FIRST);
            var before = RunningJob.submit(flink.client(), new PipelineJob(v1, model()).graph(2));
            scores(kafka, v1, FIRST - WAIT_AT_MOST);
            String savepoint = before.stopWithSavepoint(null);
            Map<Long, Scored> first = scores(kafka, v1, FIRST - WAIT_AT_MOST);
            assertThat(first).as("scored before; the rest waits").hasSizeLessThan(FIRST);
            Path events = exported(v1, SimulatedFeed.TRANSACTIONS);
            Path labels = exported(v1, SimulatedFeed.LABELS);

            feed.publish(FIRST);
            feed.publishClosing();
            var fresh = RunningJob.submit(flink.client(), new PipelineJob(anew, model()).graph(2));
            Map<Long, Scored> expected = scores(kafka, anew, feed.good());
            fresh.cancel();

            var ofTopics = bootstrapped(v2, savepoint, OlderFiles.NONE);
            Map<Long, Scored> whole = goneOn(flink, kafka, v2, ofTopics, feed.good());
            whole.keySet().removeAll(first.keySet());
            assertThat(whole).hasSize(feed.good() - first.size());
            whole.forEach((id, scored) -> assertThat(scored).isEqualTo(expected.get(id)));
            assertThat(whole.values()).noneMatch(Scored::isWarming);

            Instant last = lastEventTime(events);
            delete(kafka, last.minus(Duration.ofDays(6)));
            var older =
                    new OlderFiles(
                            new FileHistory(List.of(events), null),
                            new FileHistory(List.of(labels), null),
                            last.minus(Duration.ofDays(3)).toEpochMilli());
            assertThatThrownBy(() -> bootstrapped(v2OfFiles, savepoint, tooEarly(older, last)))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("before which retention has deleted records of topic");
            var ofFiles = bootstrapped(v2OfFiles, savepoint, older);
            Map<Long, Scored> mended =
                    goneOn(flink, kafka, v2OfFiles, ofFiles, feed.good() - first.size());
            assertThat(mended.keySet()).isEqualTo(whole.keySet());
            mended.forEach(
                    (id, scored) ->
                            assertThat(scored.features()).isEqualTo(expected.get(id).features()));
            // The topics' beginning, which history-from is about, is not that of the files.
            assertThat(mended.values()).allMatch(Scored::isWarming);
        }
    }

    private Path bootstrapped(PipelineSpec spec, String savepoint, OlderFiles older)
            throws Exception {
        Path output = folder.resolve("bootstrapped-" + spec.output().scores());
        var all = new AtomicLong();
        var bootstrap =
                new Bootstrap(spec, Savepoint.at(savepoint), older, 2, folder.resolve("scratch"));
        var read = bootstrap.run(output, (records, of) -> all.set(of));
        assertThat(read.records()).isPositive().isLessThanOrEqualTo(all.get());
        assertThat(read.rows() > 0).isEqualTo(older.events() != null);
        return output;
    }

    /** All that is scored after a savepoint, with what was before where it is in the same topic. */
    private Map<Long, Scored> goneOn(
            LocalFlink flink, LocalKafka kafka, PipelineSpec spec, Path savepoint, int atLeast) {
        JobGraph graph = PipelineJob.goingOn(spec, model()).graph(2);
        graph.setSavepointRestoreSettings(
                SavepointRestoreSettings.forPath(savepoint.toUri().toString()));
        var job = RunningJob.submit(flink.client(), graph);
        Map<Long, Scored> scores = scores(kafka, spec, atLeast);
        job.cancel();
        return scores;
    }

    /** A file of all that a topic holds. */
    private Path exported(PipelineSpec spec, String topic) throws IOException {
        var lines = new ArrayList<String>();
        TopicHistory.readAll(
                SourceConfig.from(spec.pipeline(), spec.kafka(), spec.events().stream(), "events"),
                topic,
                PATIENCE,
                bytes -> lines.add(new String(bytes, StandardCharsets.UTF_8)));
        return Files.write(folder.resolve(topic + ".jsonl"), lines);
    }

    private static Instant lastEventTime(Path events) throws IOException {
        var mapper = new ObjectMapper();
        Instant last = Instant.MIN;
        for (String line : Files.readAllLines(events)) {
            Instant time = Instant.parse(mapper.readTree(line).get("tx_time").asText());
            last = time.isAfter(last) ? time : last;
        }
        return last;
    }

    private static OlderFiles tooEarly(OlderFiles older, Instant last) {
        return new OlderFiles(
                older.events(), older.labels(), last.minus(Duration.ofDays(6)).toEpochMilli());
    }

    /** As retention does: the records' timestamps are their event times. */
    private static void delete(LocalKafka kafka, Instant before) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
        try (var admin = Admin.create(settings)) {
            Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
            for (String topic : List.of(SimulatedFeed.TRANSACTIONS, SimulatedFeed.LABELS)) {
                for (int partition = 0; partition < SimulatedFeed.PARTITIONS; partition++) {
                    wanted.put(
                            new TopicPartition(topic, partition),
                            OffsetSpec.forTimestamp(before.toEpochMilli()));
                }
            }
            Map<TopicPartition, RecordsToDelete> deleted = new HashMap<>();
            admin.listOffsets(wanted)
                    .all()
                    .get()
                    .forEach(
                            (partition, found) ->
                                    deleted.put(
                                            partition,
                                            RecordsToDelete.beforeOffset(found.offset())));
            admin.deleteRecords(deleted).all().get();
        }
    }

    @Test
    void whatIsNoSavepointIsSaidInOneSentence() {
        Path nowhere = folder.resolve("nowhere");
        assertThatThrownBy(() -> Savepoint.at(nowhere.toString()))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(nowhere + " is no savepoint that can be read here");
    }

    /** The reference pipeline, whose windows count as full and whose rows wait for a day. */
    private static String text() {
        return replaced(
                replaced(
                        Repository.text("jobs/pipelines/card-fraud.yaml"),
                        "out-of-orderness: 10 s",
                        "out-of-orderness: 1 d"),
                "order: event-time",
                "order: event-time\n  history-from: 1970-01-01T00:00:00Z");
    }

    /** A longer window, a column and a stream that no step had, another expression. */
    private static String upgraded(String text) {
        String longer =
                replaced(
                        text,
                        "CUSTOMER_ID_NB_TX_30DAY_WINDOW, entity: customer, aggregate: count,"
                                + " window: 30 d",
                        "CUSTOMER_ID_NB_TX_50DAY_WINDOW, entity: customer, aggregate: count,"
                                + " window: 50 d");
        String more =
                replaced(
                        longer,
                        "TERMINAL_ID_NB_TX_1DAY_WINDOW, entity: terminal, from: labels,"
                                + " aggregate: count, window: 1 d",
                        "TERMINAL_ID_AMOUNT_20DAY_WINDOW, entity: terminal, aggregate: sum,"
                                + " of: amount, window: 20 d");
        return replaced(more, "event_time.getHours() <= 6", "amount * 2");
    }

    private static String replaced(String text, String what, String by) {
        assertThat(text).contains(what);
        return text.replace(what, by);
    }

    private ModelVersion model() {
        return ModelRegistry.inDirectory(
                        Repository.path("jobs/pipelines/models"), folder.resolve("cache"))
                .require("card-fraud", "champion");
    }

    /** With outputs of its own. */
    private static PipelineSpec spec(String outputs, String text, LocalKafka kafka) {
        var variables = Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        String own = replaced(text, "card-fraud.", outputs + ".");
        return SpecParser.parse(FILE, own, variables::get)
                .spec()
                .with(new CheckpointSpec(Duration.ofMillis(500), Duration.ofMinutes(1)));
    }

    private static void createTopics(LocalKafka kafka, PipelineSpec... specs) {
        for (String topic : List.of(SimulatedFeed.TRANSACTIONS, SimulatedFeed.LABELS)) {
            kafka.createTopic(topic, SimulatedFeed.PARTITIONS);
        }
        Stream.of(specs)
                .flatMap(spec -> TopicPlan.of(spec).outputs().stream())
                .distinct()
                .forEach(topic -> kafka.createTopic(topic, 2));
    }

    /** The committed scores by transaction, once there are so many; each must be there once. */
    private static Map<Long, Scored> scores(LocalKafka kafka, PipelineSpec spec, int atLeast) {
        Map<Long, Scored> scores = new HashMap<>();
        CommittedRecords.read(
                kafka.bootstrapServers(),
                List.of(spec.output().scores()),
                PATIENCE,
                () -> scores.size() >= atLeast,
                record -> {
                    JsonNode json = CommittedRecords.json(record);
                    var scored = new Scored(json.get("features"), json.has("warming"));
                    assertThat(scores.put(json.get("event_id").asLong(), scored))
                            .as("an earlier score of the same transaction")
                            .isNull();
                });
        return scores;
    }
}
