package io.millrace.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.jobs.local.LocalFlink;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.jobs.pipeline.RunningJob;
import io.millrace.registry.ModelRegistry;
import io.millrace.sink.TopicPlan;
import io.millrace.spec.PipelineSpec;
import io.millrace.tests.pipeline.CommittedRecords;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs a pipeline over topics that are there, until every transaction is scored. */
final class GoldenRun {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private GoldenRun() {}

    /** One committed score. */
    // Compared number by number.
    @SuppressWarnings("ArrayRecordComponent")
    record Scored(String eventTime, double score, double[] features) {}

    /** The committed scores by transaction id; as many as transactions, each once. */
    static Map<Long, Scored> of(PipelineSpec spec, LocalKafka kafka, Path folder, int transactions)
            throws IOException {
        TopicPlan.of(spec).outputs().forEach(topic -> kafka.createTopic(topic, 2));
        var models = ModelRegistry.at(spec.model().registry(), folder.resolve("cache"));
        var job = new PipelineJob(spec, models.require(spec.model().name(), spec.model().alias()));
        Map<Long, Scored> scored = new HashMap<>();
        int[] committed = {0};
        try (var flink = LocalFlink.start(folder.resolve("flink"), 2, 0)) {
            var running = RunningJob.submit(flink.client(), job.graph(2));
            CommittedRecords.read(
                    kafka.bootstrapServers(),
                    List.of(spec.output().scores()),
                    PATIENCE,
                    () -> committed[0] >= transactions,
                    record -> {
                        committed[0]++;
                        JsonNode json = CommittedRecords.json(record);
                        scored.put(json.get("event_id").asLong(), scored(json));
                    });
            running.cancel();
        }
        assertThat(committed[0]).as("committed scores").isEqualTo(transactions);
        assertThat(scored).as("scored transactions").hasSize(transactions);
        return scored;
    }

    private static Scored scored(JsonNode json) {
        JsonNode values = json.get("features");
        double[] features = new double[values.size()];
        int slot = 0;
        for (JsonNode value : values) {
            features[slot++] = value.asDouble();
        }
        return new Scored(json.get("event_time").asText(), json.get("score").asDouble(), features);
    }
}
