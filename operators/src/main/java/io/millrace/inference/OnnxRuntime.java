package io.millrace.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import org.jspecify.annotations.Nullable;

/** The way to ONNX Runtime, which is closed where it would take the process down. */
public final class OnnxRuntime {
    /** ONNX Runtime 1.29.0 crashes the JVM at some 4,000; the rest is a margin. */
    private static final int COMMAND_LINE_MAX = 3_500;

    /** What a model runs on that runs on no GPU. */
    static final String PROCESSOR = "cpu";

    private static final String TELEMETRY_SWITCH = "ORT_DISABLE_TELEMETRY";

    private OnnxRuntime() {}

    /** Why this process must not load ONNX Runtime, or null where it may. */
    public static @Nullable String refusal() {
        int length = ProcessHandle.current().info().commandLine().map(String::length).orElse(0);
        return length <= COMMAND_LINE_MAX || "1".equals(System.getenv(TELEMETRY_SWITCH))
                ? null
                : "the command line is over %,d characters long, on which ONNX Runtime 1.29.0 crashes; set %s=1 in the process's environment, as ./millrace and flink-conf/config.yaml do"
                        .formatted(COMMAND_LINE_MAX, TELEMETRY_SWITCH);
    }

    /**
     * The process's one environment.
     *
     * @throws UnfitModelException where there must be none
     */
    static OrtEnvironment environment() {
        String refusal = refusal();
        if (refusal != null) {
            throw new UnfitModelException("No model can be opened here: " + refusal);
        }
        return OrtEnvironment.getEnvironment();
    }

    /** Whether the ONNX Runtime of this process was built for GPUs; there need not be one. */
    static boolean isBuiltForGpus() {
        return OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
    }

    /**
     * Has sessions run on a GPU.
     *
     * @throws OrtException where there is none, or a library of CUDA is missing
     */
    static void addGpu(OrtSession.SessionOptions options, ModelDevice device) throws OrtException {
        try (var gpu = new OrtCUDAProviderOptions(device.index())) {
            // What a run needs and no more: by default the arena doubles with each extension.
            gpu.add("arena_extend_strategy", "kSameAsRequested");
            if (device.memoryBytes() > 0) {
                gpu.add("gpu_mem_limit", Long.toString(device.memoryBytes()));
            }
            // Searching for the fastest algorithm anew for each number of rows takes longer than
            // the run.
            gpu.add("cudnn_conv_algo_search", "HEURISTIC");
            // Its ten bits of mantissa would not pass the golden rows.
            gpu.add("use_tf32", "0");
            options.addCUDA(gpu);
        }
    }
}
