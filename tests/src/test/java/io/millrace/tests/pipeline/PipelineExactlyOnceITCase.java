package io.millrace.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.pipeline.JobEnvironment;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.jobs.simulator.SimulatorConfig;
import io.millrace.registry.ModelRegistry;
import io.millrace.sink.TopicPlan;
import io.millrace.spec.PipelineSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole pipeline on a real broker, while its TaskManager dies: twice, or as often as {@code
 * ./millrace test --faults N} says.
 */
@SuppressWarnings("try") // the cluster's close may be interrupted; then the test is over anyhow
class PipelineExactlyOnceITCase {
    private static final int TRANSACTIONS_AT_A_TIME = 1_500;
    private static final int DEATHS = Integer.getInteger("millrace.faults", 2);

    /** Enough for the transactions before, between and after the deaths. */
    private static final int SIMULATED_DAYS = 20 * (DEATHS + 1);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path folder;

    /** How many fates each input record has had, by its coordinates. */
    private final Map<String, Integer> fates = new HashMap<>();

    @Test
    void everyRecordHasOneFateThoughTheTaskManagerDies() throws Exception {
        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of());
                var feed =
                        new SimulatedFeed(
                                kafka.bootstrapServers(),
                                SimulatorConfig.ofCustomers(11, SIMULATED_DAYS, 80),
                                0.05);
                var cluster = cluster()) {
            PipelineSpec spec = ReferencePipeline.on(kafka);
            for (String topic : List.of(SimulatedFeed.TRANSACTIONS, SimulatedFeed.LABELS)) {
                kafka.createTopic(topic, SimulatedFeed.PARTITIONS);
            }
            for (String topic : TopicPlan.of(spec).outputs()) {
                kafka.createTopic(topic, 2);
            }
            cluster.start();
            JobGraph job = job(spec).graph(2);
            cluster.submitJob(job).get();

            for (int death = 0; death < DEATHS; death++) {
                feed.publish(TRANSACTIONS_AT_A_TIME);
                int seen = fates.size();
                readUntil(kafka, spec, fated -> fated > seen + TRANSACTIONS_AT_A_TIME / 2);
                cluster.terminateTaskManager(0).get();
                cluster.startTaskManager();
            }
            feed.publish(TRANSACTIONS_AT_A_TIME);
            feed.publishClosing();
            readUntil(kafka, spec, fated -> fated >= feed.events());
            cluster.cancelJob(job.getJobID()).get();

            assertThat(fates).hasSize(feed.events());
            assertThat(fates.values()).as("fates of a record").containsOnly(1);
        }
    }

    /** Reads what is committed from the beginning, until enough records have a fate. */
    private void readUntil(LocalKafka kafka, PipelineSpec spec, IntPredicate isEnough) {
        fates.clear();
        CommittedRecords.read(
                kafka.bootstrapServers(),
                outputs(spec),
                PATIENCE,
                () -> isEnough.test(fates.size()),
                record -> {
                    JsonNode json = CommittedRecords.json(record);
                    if (json.get("source_topic").asText().equals(SimulatedFeed.TRANSACTIONS)) {
                        String coordinates =
                                json.get("source_partition") + "-" + json.get("source_offset");
                        fates.merge(coordinates, 1, Integer::sum);
                    }
                });
    }

    private PipelineJob job(PipelineSpec spec) {
        ModelRegistry registry = ModelRegistry.at(spec.model().registry(), folder.resolve("cache"));
        return new PipelineJob(spec, registry.require(spec.model().name(), spec.model().alias()));
    }

    private static List<String> outputs(PipelineSpec spec) {
        return List.of(
                spec.output().scores(), spec.output().deadLetters(), spec.output().duplicates());
    }

    private MiniCluster cluster() {
        Configuration settings = JobEnvironment.settings();
        settings.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.resolve("checkpoints").toUri().toString());
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        settings.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
        settings.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(200));
        return new MiniCluster(
                new MiniClusterConfiguration.Builder()
                        .setConfiguration(settings)
                        .setNumTaskManagers(1)
                        .setNumSlotsPerTaskManager(2)
                        .build());
    }
}
