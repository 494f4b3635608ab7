package io.millrace.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.jobs.local.LocalFlink;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.jobs.pipeline.RunningJob;
import io.millrace.jobs.simulator.SimulatorConfig;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import io.millrace.sink.TopicPlan;
import io.millrace.spec.PipelineSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole pipeline, whose incidents ask for a new model, beside its own alerts. */
class PipelineRetrainITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int DAYS = 20;
    private static final int TRANSACTIONS = 4_000;

    @TempDir private Path folder;

    @Test
    void everyIncidentThatIsCriticalAsksOnceForWhatTheModelHasNotLearned() throws Exception {
        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of());
                var feed =
                        new SimulatedFeed(
                                kafka.bootstrapServers(),
                                SimulatorConfig.ofTransactions(11, DAYS, TRANSACTIONS),
                                0)) {
            PipelineSpec spec = Monitoring.everything(ReferencePipeline.on(kafka));
            TopicPlan.of(spec).create(SimulatedFeed.PARTITIONS, (short) 1, Duration.ofSeconds(10));
            var registry = ModelRegistry.at(spec.model().registry(), folder.resolve("models"));
            ModelVersion version = registry.require(spec.model().name(), spec.model().alias());

            Map<String, JsonNode> asking = new LinkedHashMap<>();
            Map<String, JsonNode> requests = new LinkedHashMap<>();
            boolean[] hasEnded = new boolean[1];
            try (var flink = LocalFlink.start(folder.resolve("flink"), 2, 0)) {
                var job =
                        RunningJob.submit(flink.client(), new PipelineJob(spec, version).graph(2));
                feed.publish(TRANSACTIONS);
                awaitScores(kafka, spec, feed.good() - TRANSACTIONS / DAYS);
                feed.publishClosing();
                long closedMillis = System.currentTimeMillis();
                CommittedRecords.read(
                        kafka.bootstrapServers(),
                        List.of(spec.output().alerts(), spec.output().retrain()),
                        PATIENCE,
                        () -> hasEnded[0] && requests.keySet().containsAll(asking.keySet()),
                        record -> {
                            JsonNode json = CommittedRecords.json(record);
                            String incident = json.get("incident").asText();
                            if (record.topic().equals(spec.output().retrain())) {
                                assertThat(requests.put(incident, json)).isNull();
                            } else if (json.get("source").asText().equals("DRIFT")) {
                                if (json.get("severity").asText().equals("CRITICAL")) {
                                    asking.putIfAbsent(incident, json);
                                }
                                // Everything before the closing rows has been seen by then.
                                if (json.get("rows").asLong() == 0) {
                                    hasEnded[0] = true;
                                    // The record's timestamp is when the sink wrote it.
                                    System.out.printf(
                                            "alert latency: written %,d ms after the rows whose"
                                                    + " watermark decided it were published,"
                                                    + " committed within %,d ms%n",
                                            record.timestamp() - closedMillis,
                                            System.currentTimeMillis() - closedMillis);
                                }
                            }
                        });
                job.cancel();
            }

            assertThat(asking).isNotEmpty();
            assertThat(requests.keySet()).isEqualTo(asking.keySet());
            requests.forEach((incident, request) -> check(request, asking.get(incident), spec));
        }
    }

    /** Until the job has caught up: what closes the windows then finds nothing before it. */
    private static void awaitScores(LocalKafka kafka, PipelineSpec spec, int scores) {
        int[] read = new int[1];
        CommittedRecords.read(
                kafka.bootstrapServers(),
                List.of(spec.output().scores()),
                PATIENCE,
                () -> read[0] >= scores,
                record -> read[0]++);
    }

    private static void check(JsonNode request, JsonNode alert, PipelineSpec spec) {
        for (String same :
                List.of(
                        "model_name",
                        "model_version",
                        "segment",
                        "source",
                        "severity",
                        "reference_version",
                        "summary",
                        "culprits")) {
            assertThat(request.get(same)).as(same).isEqualTo(alert.get(same));
        }
        assertThat(request.get("pipeline").asText()).isEqualTo(spec.pipeline());
        Instant end = time(alert, "/window_end");
        // Three windows of a day decide, and ten days before them are trained on too.
        Instant from = time(alert, "/since").minus(Duration.ofDays(13));
        Instant holdOut = end.minus(Duration.between(from, end).dividedBy(4));
        assertThat(time(request, "/requested")).isEqualTo(end);
        assertThat(time(request, "/train/from")).isEqualTo(from);
        assertThat(time(request, "/train/to")).isEqualTo(holdOut);
        assertThat(time(request, "/hold_out/from")).isEqualTo(holdOut);
        assertThat(time(request, "/hold_out/to")).isEqualTo(end);
        assertThat(time(request, "/labels_until")).isEqualTo(end.plus(Duration.ofDays(14)));
    }

    private static Instant time(JsonNode json, String at) {
        return Instant.parse(json.at(at).asText());
    }
}
