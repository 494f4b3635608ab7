package io.millrace.jobs.demo;

import io.millrace.spec.CheckpointSpec;
import io.millrace.spec.PipelineSpec;
import java.time.Duration;

/** The pipeline's own description, its output committed more often: for people who watch. */
final class Hurry {
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(2);

    private Hurry() {}

    static PipelineSpec applyTo(PipelineSpec spec) {
        return new PipelineSpec(
                spec.pipeline(),
                spec.kafka(),
                spec.events(),
                spec.labels(),
                spec.entities(),
                spec.features(),
                spec.model(),
                spec.decision(),
                spec.output(),
                new CheckpointSpec(CHECKPOINT_INTERVAL, spec.checkpoint().timeout()));
    }
}
