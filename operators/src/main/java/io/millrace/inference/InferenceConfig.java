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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the inference stage.
 *
 * @param registry where models are registered, as every TaskManager sees it
 * @param first the versions that answer as long as nothing was announced, pinned when the job is
 *     built: every task scores with the same ones, whatever becomes of their aliases
 * @param many what rows are scored by that say which model they are for; null where there is one
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
        List<PinnedVersion> first,
        @Nullable Many many,
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

    public InferenceConfig {
        first = List.copyOf(first);
    }

    /** The settings of one model. */
    public InferenceConfig(
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
            @Nullable String quarantine) {
        this(
                registry,
                List.of(first),
                null,
                announced,
                batch,
                run,
                runTimeoutMillis,
                threshold,
                atOrAbove,
                below,
                device,
                fallback,
                quarantine);
    }

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
     * Models of which each row names its own.
     *
     * @param name what they are called together, as the pipeline's file writes it
     * @param memoryBytes the most that they may take of a process together, as {@link #heldBytes}
     *     counts them
     */
    public record Many(String name, long memoryBytes) implements Serializable {}

    /**
     * What a loaded model counts as: about the most that we have measured. An ensemble of trees
     * takes 6.3 times its file, a network 1.6 times, and a graph of many small nodes a megabyte.
     */
    public static long heldBytes(ModelVersion version) {
        return BYTES_PER_BYTE_OF_FILE * version.bytes() + BYTES_OF_ANY_MODEL;
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

    private static final long BYTES_PER_BYTE_OF_FILE = 7;
    private static final long BYTES_OF_ANY_MODEL = 1 << 20;

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
     * @param versions what answers as long as nothing was announced: one, unless the pipeline's
     *     name of a model is of many
     * @param announced what is announced while the job runs; null where it keeps that version
     */
    public static InferenceConfig from(
            ModelSpec model,
            DecisionSpec decision,
            List<ModelVersion> versions,
            @Nullable ModelLog announced) {
        return new InferenceConfig(
                model.registry(),
                versions.stream()
                        .map(
                                version ->
                                        new PinnedVersion(
                                                version.name(),
                                                version.version(),
                                                version.digest()))
                        .toList(),
                model.naming().isOne() ? null : new Many(model.name(), model.memoryBytes()),
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

    /** What is known before anything is announced. */
    AnnouncedModels pinned() {
        List<ModelUpdate> firsts = first.stream().map(PinnedVersion::atAllTimes).toList();
        return many == null ? AnnouncedModels.one(firsts.get(0)) : AnnouncedModels.many(firsts);
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
                many,
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
