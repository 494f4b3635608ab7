package io.millrace.tests.pipeline;

import io.millrace.jobs.local.LocalKafka;
import io.millrace.spec.CheckpointSpec;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.SpecParser;
import io.millrace.tests.Repository;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** {@code jobs/pipelines/card-fraud.yaml}: the pipeline that the demo runs. */
public final class ReferencePipeline {
    private static final String FILE = "jobs/pipelines/card-fraud.yaml";

    private ReferencePipeline() {}

    /**
     * The pipeline on this broker, with checkpoints so often that a test need not wait for them.
     */
    public static PipelineSpec on(LocalKafka kafka) {
        return on(kafka.bootstrapServers());
    }

    static PipelineSpec on(String bootstrapServers) {
        Path file = Repository.path(FILE);
        var variables = Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
        return SpecParser.parse(file, Repository.text(FILE), variables::get)
                .spec()
                .with(new CheckpointSpec(Duration.ofMillis(500), Duration.ofMinutes(1)));
    }
}
