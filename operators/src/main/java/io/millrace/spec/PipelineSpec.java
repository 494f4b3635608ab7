package io.millrace.spec;

import org.jspecify.annotations.Nullable;

/**
 * One pipeline, as its YAML file describes it. Every value has been checked by itself and against
 * the others.
 *
 * @param pipeline the pipeline's name; prefixes its topics, uids and transactions
 * @param labels where labels arrive, or null where the pipeline knows none
 * @param monitor what is watched, or null where nothing is
 */
public record PipelineSpec(
        String pipeline,
        KafkaSpec kafka,
        EventsSpec events,
        @Nullable LabelsSpec labels,
        EntitiesSpec entities,
        FeaturesSpec features,
        ModelSpec model,
        DecisionSpec decision,
        @Nullable MonitorSpec monitor,
        OutputSpec output,
        CheckpointSpec checkpoint) {

    /** By whose values monitoring also splits; null where it does not. */
    public @Nullable SegmentSpec segment() {
        return monitor == null ? null : monitor.segment();
    }

    /** The same pipeline, its state made durable as often as that. */
    public PipelineSpec with(CheckpointSpec other) {
        return new PipelineSpec(
                pipeline, kafka, events, labels, entities, features, model, decision, monitor,
                output, other);
    }
}
