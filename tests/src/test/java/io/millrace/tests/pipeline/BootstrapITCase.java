package io.millrace.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.jobs.bootstrap.Bootstrap;
import io.millrace.jobs.local.LocalFlink;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.jobs.pipeline.RunningJob;
import io.millrace.jobs.pipeline.Savepoint;
import io.millrace.jobs.simulator.SimulatorConfig;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import io.millrace.spec.CheckpointSpec;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.SpecParser;
import io.millrace.tests.Repository;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New features with the state that they would have had: upgraded, they say what they say anew. */
class BootstrapITCase {
    private static final Path FILE = Repository.path("jobs/pipelines/card-fraud.yaml");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int FIRST = 1_500;

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
                                0)) {
            PipelineSpec v1 = spec(text(), kafka);
            PipelineSpec v2 = spec(upgraded(text()), kafka);
            PipelineSpec anew = spec(upgraded(text()).replace("card-fraud", "anew"), kafka);
            createTopics(kafka, v1, anew);
            ModelVersion model = model(v1);

            feed.publish(FIRST);
            var before = RunningJob.submit(flink.client(), new PipelineJob(v1, model).graph(2));
            scores(kafka, v1, FIRST - WAIT_AT_MOST);
            String savepoint = before.stopWithSavepoint(null);
            Map<Long, Scored> first = scores(kafka, v1, FIRST - WAIT_AT_MOST);
            assertThat(first).as("scored before; the rest waits").hasSizeLessThan(FIRST);

            String bootstrapped = folder.resolve("bootstrapped").toUri().toString();
            var all = new AtomicLong();
            long read =
                    new Bootstrap(v2, Savepoint.at(savepoint), 2, folder.resolve("scratch"))
                            .run(bootstrapped, (records, of) -> all.set(of));
            assertThat(read).isGreaterThanOrEqualTo(FIRST).isLessThanOrEqualTo(all.get());

            feed.publish(FIRST);
            feed.publishClosing();
            JobGraph upgraded = PipelineJob.goingOn(v2, model).graph(2);
            upgraded.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(bootstrapped));
            var after = RunningJob.submit(flink.client(), upgraded);
            Map<Long, Scored> both = scores(kafka, v2, feed.good());
            after.cancel();

            var fresh = RunningJob.submit(flink.client(), new PipelineJob(anew, model).graph(2));
            Map<Long, Scored> expected = scores(kafka, anew, feed.good());
            fresh.cancel();

            assertThat(both).hasSize(feed.good());
            both.keySet().removeAll(first.keySet());
            assertThat(both).hasSizeGreaterThan(FIRST);
            both.forEach((id, scored) -> assertThat(scored).isEqualTo(expected.get(id)));
            assertThat(both.values()).noneMatch(Scored::isWarming);
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

    private static PipelineSpec spec(String text, LocalKafka kafka) {
        var variables = Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        return SpecParser.parse(
                        FILE, text.replace("name: anew", "name: card-fraud"), variables::get)
                .spec()
                .with(new CheckpointSpec(Duration.ofMillis(500), Duration.ofMinutes(1)));
    }

    private ModelVersion model(PipelineSpec spec) {
        return ModelRegistry.inDirectory(spec.model().registry(), folder.resolve("cache"))
                .require(spec.model().name(), spec.model().alias());
    }

    private static void createTopics(LocalKafka kafka, PipelineSpec... specs) {
        for (String topic : List.of(SimulatedFeed.TRANSACTIONS, SimulatedFeed.LABELS)) {
            kafka.createTopic(topic, SimulatedFeed.PARTITIONS);
        }
        for (PipelineSpec spec : specs) {
            kafka.createTopic(spec.output().scores(), 2);
            kafka.createTopic(spec.output().deadLetters(), 2);
            kafka.createTopic(spec.output().duplicates(), 2);
        }
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
