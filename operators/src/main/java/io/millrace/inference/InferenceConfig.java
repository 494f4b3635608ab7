package io.millrace.inference;

import io.millrace.record.ModelLog;
import io.millrace.record.ModelUpdate;
import io.millrace.registry.ModelVersion;
import io.millrace.registry.RegistryAddress;
import io.millrace.spec.DecisionSpec;
import io.millrace.spec.ModelSpec;
import io.millrace.spec.OutputSpec;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the inference stage.
 *
 * @param registry where models are registered, as every TaskManager sees it
 * @param first the version that answers as long as nothing was announced, pinned when the job is
 *     built: every task scores with the same one, whatever becomes of the alias
 * @param announced what is announced while the job runs; null where it keeps its first version
 * @param batchRows the most rows that one run scores
 * @param batchWaitMillis the longest that a row waits for others, milliseconds of processing time
 * @param run where a run is made
 * @param runTimeoutMillis how long a run may take; it is ended then
 * @param threshold the score from which on {@code atOrAbove} is decided
 * @param includeFeatures whether a score carries its feature values
 * @param device what runs are made on
 */
public record InferenceConfig(
        RegistryAddress registry,
        PinnedVersion first,
        @Nullable ModelLog announced,
        int batchRows,
        long batchWaitMillis,
        ModelSpec.Run run,
        long runTimeoutMillis,
        double threshold,
        String atOrAbove,
        String below,
        boolean includeFeatures,
        ModelDevice device)
        implements Serializable {

    /** The settings of runs on the processor. */
    public InferenceConfig(
            RegistryAddress registry,
            PinnedVersion first,
            @Nullable ModelLog announced,
            int batchRows,
            long batchWaitMillis,
            ModelSpec.Run run,
            long runTimeoutMillis,
            double threshold,
            String atOrAbove,
            String below,
            boolean includeFeatures) {
        this(
                registry,
                first,
                announced,
                batchRows,
                batchWaitMillis,
                run,
                runTimeoutMillis,
                threshold,
                atOrAbove,
                below,
                includeFeatures,
                ModelDevice.PROCESSOR);
    }

    /**
     * A version that nobody can exchange for another.
     *
     * @param digest of the version's bytes
     */
    public record PinnedVersion(String model, String version, String digest)
            implements Serializable {

        ModelUpdate atAllTimes() {
            return new ModelUpdate(model, version, digest, 0, 0, "pinned when the job was built");
        }
    }

    /**
     * A run longer than this is worth a hand-over to another thread, which costs about a
     * microsecond per row.
     */
    private static final long LONG_RUN_NANOS = 1_000_000;

    /**
     * The settings of a pipeline.
     *
     * @param version what answers as long as nothing was announced
     * @param announced what is announced while the job runs; null where it keeps that version
     */
    public static InferenceConfig from(
            ModelSpec model,
            DecisionSpec decision,
            OutputSpec output,
            ModelVersion version,
            @Nullable ModelLog announced) {
        return new InferenceConfig(
                model.registry(),
                new PinnedVersion(version.name(), version.version(), version.digest()),
                announced,
                model.batchRows(),
                model.batchWait().toMillis(),
                model.run(),
                model.runTimeout().toMillis(),
                decision.threshold(),
                decision.atOrAbove(),
                decision.below(),
                output.includeFeatures(),
                ModelDevice.of(model.device()));
    }

    /** The same on another device. */
    InferenceConfig on(ModelDevice other) {
        return new InferenceConfig(
                registry,
                first,
                announced,
                batchRows,
                batchWaitMillis,
                run,
                runTimeoutMillis,
                threshold,
                atOrAbove,
                below,
                includeFeatures,
                other);
    }

    Decision decision() {
        return new Decision(threshold, atOrAbove, below);
    }

    /** Whether runs leave the task's thread, given what one run of a full batch took. */
    boolean runsOffTask(long runNanos) {
        return switch (run) {
            case IN_TASK -> false;
            case OFF_TASK -> true;
            case AUTO -> runNanos > LONG_RUN_NANOS;
        };
    }
}
