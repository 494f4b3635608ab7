package io.millrace.inference;

import io.millrace.spec.DeviceSpec;
import java.io.Serializable;
import java.util.List;

/**
 * What a model is to run on.
 *
 * @param index of the GPU among those that the process sees, where it is one
 * @param memoryBytes the most that the model may take of the GPU's memory for what it computes; 0
 *     where nothing is said
 */
public record ModelDevice(DeviceSpec.Kind kind, int index, long memoryBytes)
        implements Serializable {
    static final ModelDevice PROCESSOR = of(DeviceSpec.PROCESSOR);

    static ModelDevice of(DeviceSpec spec) {
        return new ModelDevice(spec.kind(), 0, spec.memoryBytes());
    }

    /** Whether it may be a GPU. */
    boolean mayBeGpu() {
        return kind != DeviceSpec.Kind.CPU;
    }

    /**
     * The same for one subtask: the GPUs of a process are dealt out to its subtasks in turn.
     *
     * @param indexes of the GPUs that Flink has given to the process; none where it knows of none
     */
    ModelDevice among(List<String> indexes, int subtask) {
        List<Integer> known = indexes.stream().map(ModelDevice::index).sorted().toList();
        return known.isEmpty()
                ? this
                : new ModelDevice(kind, known.get(subtask % known.size()), memoryBytes);
    }

    private static int index(String text) {
        if (!text.matches("\\d{1,4}")) {
            throw new UnfitModelException(
                    "Flink's external resource gpu has the index '%s'; it must be a number"
                            .formatted(text));
        }
        return Integer.parseInt(text);
    }

    /** {@code gpu 0}, as people say it. */
    String gpu() {
        return "gpu " + index;
    }
}
