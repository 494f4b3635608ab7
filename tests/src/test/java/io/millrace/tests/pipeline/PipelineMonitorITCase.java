package io.millrace.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.jobs.local.LocalFlink;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.jobs.pipeline.RunningJob;
import io.millrace.jobs.simulator.SimulatorConfig;
import io.millrace.monitor.ReferenceProfile;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import io.millrace.sink.TopicPlan;
import io.millrace.spec.PipelineSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole pipeline, whose scores are compared with its model's reference profile. */
class PipelineMonitorITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int DAYS = 40;
    private static final int TRANSACTIONS = 12_000;

    @TempDir private Path folder;

    @Test
    void everyDayOfScoresIsComparedOnceWithTheProfileBesideTheModel() throws Exception {
        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of());
                var feed =
                        new SimulatedFeed(
                                kafka.bootstrapServers(),
                                SimulatorConfig.ofTransactions(11, DAYS, TRANSACTIONS),
                                0)) {
            PipelineSpec spec = ReferencePipeline.on(kafka);
            TopicPlan.of(spec).create(SimulatedFeed.PARTITIONS, (short) 1, Duration.ofSeconds(10));
            var registry = ModelRegistry.at(spec.model().registry(), folder.resolve("models"));
            ModelVersion version = registry.require(spec.model().name(), spec.model().alias());
            var profile = ReferenceProfile.read(registry.profile(version).orElseThrow());

            Map<Instant, JsonNode> reports = new TreeMap<>();
            try (var flink = LocalFlink.start(folder.resolve("flink"), 2, 0)) {
                var job =
                        RunningJob.submit(flink.client(), new PipelineJob(spec, version).graph(2));
                feed.publish(TRANSACTIONS);
                feed.publishClosing();
                CommittedRecords.read(
                        kafka.bootstrapServers(),
                        List.of(spec.output().drift()),
                        PATIENCE,
                        () -> rows(reports) >= feed.good(),
                        record -> {
                            JsonNode report = CommittedRecords.json(record);
                            JsonNode before =
                                    reports.put(
                                            Instant.parse(report.get("window_end").asText()),
                                            report);
                            assertThat(before).as("a report of the same window").isNull();
                        });
                job.cancel();
            }

            assertThat(rows(reports)).isEqualTo(feed.good());
            assertThat(reports).hasSizeGreaterThanOrEqualTo(DAYS);
            for (JsonNode report : reports.values()) {
                assertThat(report.get("status").asText()).isEqualTo("COMPARED");
                assertThat(report.get("reference_version").asText()).isEqualTo(profile.digest());
                assertThat(report.get("revision").asInt()).isZero();
                assertThat(report.get("features")).hasSize(17);
            }
            JsonNode score = feature(reports, "score");
            assertThat(score.at("/status").asText()).isEqualTo("COMPARED");
            assertThat(score.at("/from_reference/psi").isNumber()).isTrue();
            assertThat(score.at("/from_previous/ks").isNumber()).isTrue();
            assertThat(feature(reports, "TX_DURING_NIGHT").at("/kind").asText())
                    .isEqualTo("CATEGORICAL");
            // Its window of 30 days and the label delay of 7 are not full yet on the first days.
            JsonNode first = reports.values().iterator().next();
            assertThat(first.at("/features/14/name").asText())
                    .isEqualTo("TERMINAL_ID_RISK_30DAY_WINDOW");
            assertThat(first.at("/features/14/status").asText()).isEqualTo("INSUFFICIENT_DATA");
        }
    }

    private static long rows(Map<Instant, JsonNode> reports) {
        return reports.values().stream().mapToLong(report -> report.get("rows").asLong()).sum();
    }

    /** A feature of the last full day. */
    private static JsonNode feature(Map<Instant, JsonNode> reports, String name) {
        JsonNode day = List.copyOf(reports.values()).get(reports.size() - 2);
        for (JsonNode feature : day.get("features")) {
            if (feature.get("name").asText().equals(name)) {
                return feature;
            }
        }
        throw new AssertionError("no " + name + " in " + day);
    }
}
