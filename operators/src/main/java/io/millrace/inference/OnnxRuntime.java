package io.millrace.inference;

import ai.onnxruntime.OrtEnvironment;
import org.jspecify.annotations.Nullable;

/** The way to ONNX Runtime, which is closed where it would take the process down. */
public final class OnnxRuntime {
    /** ONNX Runtime 1.29.0 crashes the JVM at some 4,000; the rest is a margin. */
    private static final int COMMAND_LINE_MAX = 3_500;

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
}
