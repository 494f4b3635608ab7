package io.millrace.spec;

import io.millrace.registry.RegistryAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The model that scores.
 *
 * @param name the registered model's name, as the file writes it: with columns in it, many models'
 * @param memoryBytes the most bytes that many models may take of a process together; 0 where it is
 *     one
 * @param alias the alias whose version answers
 * @param registry where it is registered, and which files open that
 * @param batch how rows are gathered for one run
 * @param run where a run is made
 * @param runTimeout how long a run may take; it is ended then
 * @param device what a run is made on
 * @param fallback what answers a row that the model cannot
 * @param quarantine the folder in which runs are recorded; null for the TaskManager's temporary one
 */
public record ModelSpec(
        String name,
        long memoryBytes,
        String alias,
        RegistryAddress registry,
        BatchSpec batch,
        Run run,
        Duration runTimeout,
        DeviceSpec device,
        FallbackSpec fallback,
        @Nullable String quarantine) {

    /** One model on the processor, without a fallback. */
    public ModelSpec(
            String name,
            String alias,
            RegistryAddress registry,
            BatchSpec batch,
            Run run,
            Duration runTimeout) {
        this(
                name,
                0,
                alias,
                registry,
                batch,
                run,
                runTimeout,
                DeviceSpec.PROCESSOR,
                FallbackSpec.NONE,
                null);
    }

    /** Which model scores, or by which columns it is chosen. */
    public ModelName naming() {
        return ModelName.of(name);
    }

    /** Where a run is made. */
    public enum Run {
        /** In the task's thread where a warm-up run is short, off it otherwise. */
        AUTO,
        /** In the task's thread: cheapest for a short run. */
        IN_TASK,
        /** On a thread of its own, so that the task goes on reading: for a long run, or a GPU. */
        OFF_TASK
    }
}
