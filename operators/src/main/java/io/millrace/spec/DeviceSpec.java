package io.millrace.spec;

/**
 * What the model runs on.
 *
 * @param memoryBytes the most that it may take of a GPU's memory for what it computes; 0 where
 *     nothing is said
 */
public record DeviceSpec(Kind kind, long memoryBytes) {

    /** The processor, as if nothing were said. */
    public static final DeviceSpec PROCESSOR = new DeviceSpec(Kind.CPU, 0);

    /** A kind of device. */
    public enum Kind {
        /** The processor: a row's score has the same bits in any batch and on any replay. */
        CPU,
        /** A GPU of NVIDIA. A task that has none does not start. */
        CUDA,
        /** A GPU where there is one that ONNX Runtime can use, and the processor elsewhere. */
        AUTO
    }
}
