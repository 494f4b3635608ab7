package io.millrace.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.jobs.local.LocalFlink;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.jobs.pipeline.RunningJob;
import io.millrace.jobs.simulator.SimulatorConfig;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import io.millrace.sink.TopicPlan;
import io.millrace.spec.CheckpointSpec;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.SpecParser;
import io.millrace.tests.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Features that change where a cluster restores a job's last checkpoint itself: the job is built as
 * for a first start.
 */
class LastStateITCase {
    private static final Path FILE = Repository.path("jobs/pipelines/card-fraud.yaml");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir private Path folder;

    @Test
    void otherWindowsGoOnAndANewEntityIsRefused() throws Exception {
        String v1 =
                replaced(
                        Repository.text("jobs/pipelines/card-fraud.yaml"),
                        "order: event-time",
                        "order: event-time\n  history-from: 1970-01-01T00:00:00Z");
        String longer =
                replaced(v1, "aggregate: count, window: 30 d", "aggregate: count, window: 50 d");
        String entity =
                replaced(
                        replaced(
                                v1,
                                "terminal: terminal_id",
                                "terminal: terminal_id\n  shop: terminal_id"),
                        "1DAY_WINDOW, entity: terminal",
                        "1DAY_WINDOW, entity: shop");
        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of());
                var flink = LocalFlink.start(folder.resolve("flink"), 2, 0);
                var feed =
                        new SimulatedFeed(
                                kafka.bootstrapServers(),
                                SimulatorConfig.ofCustomers(11, 10, 10),
                                0)) {
            createTopics(kafka, spec(v1, kafka));
            feed.publish(50);
            var first = submit(flink, spec(v1, kafka), null);
            await().atMost(PATIENCE).until(() -> flink.completedCheckpoints(first.id()) > 1);
            first.cancel();
            String lastState = lastCheckpoint(folder.resolve("flink/checkpoints"));

            var grown = submit(flink, spec(longer, kafka), lastState);
            await().atMost(PATIENCE).until(() -> flink.completedCheckpoints(grown.id()) > 0);
            assertThat(flink.failure(grown.id())).isNull();
            grown.cancel();

            var refused = submit(flink, spec(entity, kafka), lastState);
            await().atMost(PATIENCE).until(() -> flink.failure(refused.id()) != null);
            assertThat(flink.failure(refused.id()))
                    .contains("the checkpoint's job had no windows of shop")
                    .contains("upgradeMode: savepoint");
            refused.cancel();
        }
    }

    private RunningJob submit(LocalFlink flink, PipelineSpec spec, @Nullable String lastState) {
        JobGraph graph = new PipelineJob(spec, model(spec)).graph(2);
        if (lastState != null) {
            graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(lastState));
        }
        return RunningJob.submit(flink.client(), graph);
    }

    private static String lastCheckpoint(Path checkpoints) throws IOException {
        try (var files = Files.walk(checkpoints)) {
            return files.filter(file -> file.endsWith("_metadata"))
                    .map(Path::getParent)
                    .max((one, other) -> Long.compare(number(one), number(other)))
                    .orElseThrow()
                    .toUri()
                    .toString();
        }
    }

    private static long number(Path checkpoint) {
        return Long.parseLong(checkpoint.getFileName().toString().replace("chk-", ""));
    }

    private ModelVersion model(PipelineSpec spec) {
        return ModelRegistry.at(spec.model().registry(), folder.resolve("cache"))
                .require(spec.model().name(), spec.model().alias());
    }

    private static PipelineSpec spec(String text, LocalKafka kafka) {
        var variables = Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        return SpecParser.parse(FILE, text, variables::get)
                .spec()
                .with(new CheckpointSpec(Duration.ofMillis(500), Duration.ofMinutes(1)));
    }

    private static String replaced(String text, String what, String by) {
        assertThat(text).contains(what);
        return text.replace(what, by);
    }

    private static void createTopics(LocalKafka kafka, PipelineSpec spec) {
        for (String topic : List.of(SimulatedFeed.TRANSACTIONS, SimulatedFeed.LABELS)) {
            kafka.createTopic(topic, SimulatedFeed.PARTITIONS);
        }
        TopicPlan.of(spec).outputs().forEach(topic -> kafka.createTopic(topic, 2));
    }
}
