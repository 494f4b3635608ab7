package io.millrace.inference;

import io.millrace.record.ModelLog;
import io.millrace.record.ModelUpdate;
import io.millrace.registry.ModelVersion;
import io.millrace.registry.RegistryAddress;
import io.millrace.spec.BatchSpec;
import io.millrace.spec.DecisionSpec;
import io.millrace.spec.FallbackSpec;
import io.millrace.spec.ModelSpec;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the inference stage.
 *
 * @param registry where models are registered, as every TaskManager sees it
 * @param first the version that answers as long as nothing was announced, pinned when the job is
 *     built: every task scores with the same one, whatever becomes of the alias
 * @param announced what is announced while the job runs; null where it keeps its first version
 * @param batch how rows are gathered for one run; waits are of processing time
 * @param run where a run is made
 * @param runTimeoutMillis how long a run may take; it is ended then
 * @param threshold the score from which on {@code atOrAbove} is decided
 * @param device what runs are made on
 * @param fallback what answers a row that the model cannot
 * @param quarantine where runs are recorded; null for the TaskManager's temporary folder
 */
public record InferenceConfig(
        RegistryAddress registry,
        PinnedVersion first,
        @Nullable ModelLog announced,
        BatchSpec batch,
        ModelSpec.Run run,
        long runTimeoutMillis,
        double threshold,
        String atOrAbove,
        String below,
        ModelDevice device,
        FallbackSpec fallback,
        @Nullable String quarantine)
        implements Serializable {

    /** The settings of runs on the processor, without a fallback. */
    public InferenceConfig(
            RegistryAddress registry,
            PinnedVersion first,
            @Nullable ModelLog announced,
            BatchSpec batch,
            ModelSpec.Run run,
            long runTimeoutMillis,
            double threshold,
            String atOrAbove,
            String below) {
        this(
                registry,
                first,
                announced,
                batch,
                run,
                runTimeoutMillis,
                threshold,
                atOrAbove,
                below,
                ModelDevice.PROCESSOR,
                FallbackSpec.NONE,
                null);
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

    /** How long a run of a challenger may take, where a champion's may take longer. */
    private static final long CHALLENGER_MILLIS = 1_000;

    /** As many numbers as a batch may hold that nobody has sized: 16 MiB of them. */
    private static final int MOST_TUNED_NUMBERS = 2 * 1024 * 1024;

    /**
     * The settings of a pipeline.
     *
     * @param version what answers as long as nothing was announced
     * @param announced what is announced while the job runs; null where it keeps that version
     */
    public static InferenceConfig from(
            ModelSpec model,
            DecisionSpec decision,
            ModelVersion version,
            @Nullable ModelLog announced) {
        return new InferenceConfig(
                model.registry(),
                new PinnedVersion(version.name(), version.version(), version.digest()),
                announced,
                model.batch(),
                model.run(),
                model.runTimeout().toMillis(),
                decision.threshold(),
                decision.atOrAbove(),
                decision.below(),
                ModelDevice.of(model.device()),
                model.fallback(),
                model.quarantine());
    }

    /** The same on another device. */
    InferenceConfig on(ModelDevice other) {
        return with(run, runTimeoutMillis, other);
    }

    /** The settings of a challenger, which must not hold up what it challenges. */
    InferenceConfig ofChallenger() {
        return with(run, Math.min(runTimeoutMillis, CHALLENGER_MILLIS), device);
    }

    /** The settings of a challenger that runs beside what it challenges. */
    InferenceConfig ofShadow() {
        return with(ModelSpec.Run.OFF_TASK, Math.min(runTimeoutMillis, CHALLENGER_MILLIS), device);
    }

    private InferenceConfig with(
            ModelSpec.Run otherRun, long otherTimeoutMillis, ModelDevice otherDevice) {
        return new InferenceConfig(
                registry,
                first,
                announced,
                batch,
                otherRun,
                otherTimeoutMillis,
                threshold,
                atOrAbove,
                below,
                otherDevice,
                fallback,
                quarantine);
    }

    Decision decision() {
        return new Decision(threshold, atOrAbove, below);
    }

    /** The most rows of a batch, given how many numbers each of them has. */
    int batchRows(int width) {
        return batch.isTuned()
                ? Math.max(1, Math.min(batch.rows(), MOST_TUNED_NUMBERS / width))
                : batch.rows();
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
