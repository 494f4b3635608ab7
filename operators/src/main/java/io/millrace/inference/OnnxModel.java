package io.millrace.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.millrace.registry.ModelVersion;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One ONNX model in memory. */
final class OnnxModel implements Scorer {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxModel.class);

    private static final String NOT_BUILT_FOR_GPUS =
            "this process's ONNX Runtime is the one without GPUs (onnxruntime, not"
                    + " onnxruntime_gpu)";

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final OnnxSignature signature;
    private final String device;

    private OnnxModel(
            OrtEnvironment environment,
            OrtSession session,
            OnnxSignature signature,
            String device) {
        this.environment = environment;
        this.session = session;
        this.signature = signature;
        this.device = device;
    }

    /** Loads a model on the processor. */
    static OnnxModel load(Path file, ModelVersion version) {
        return load(file, version, ModelDevice.PROCESSOR);
    }

    /**
     * Loads a model.
     *
     * @param version what its metadata says
     * @throws UnfitModelException when the file is no ONNX model, or one of another signature, or
     *     the device cannot be had
     */
    static OnnxModel load(Path file, ModelVersion version, ModelDevice device) {
        var environment = OnnxRuntime.environment();
        return switch (device.kind()) {
            case CPU -> load(file, version, environment, null);
            case CUDA -> {
                requireGpus();
                yield load(file, version, environment, device);
            }
            case AUTO -> {
                if (OnnxRuntime.isBuiltForGpus()) {
                    try {
                        yield load(file, version, environment, device);
                    } catch (UnfitModelException e) {
                        LOG.info("{} runs on the processor: {}", version, e.getMessage());
                    }
                } else {
                    LOG.info("{} runs on the processor: {}", version, NOT_BUILT_FOR_GPUS);
                }
                yield load(file, version, environment, null);
            }
        };
    }

    private static void requireGpus() {
        if (!OnnxRuntime.isBuiltForGpus()) {
            throw new UnfitModelException(
                    "model.device is cuda, and %s; the GPU's build must be in Flink's lib/, or model.device auto or cpu"
                            .formatted(NOT_BUILT_FOR_GPUS));
        }
    }

    private static OnnxModel load(
            Path file,
            ModelVersion version,
            OrtEnvironment environment,
            @Nullable ModelDevice gpu) {
        OrtSession session = session(file, environment, gpu);
        try {
            var signature =
                    OnnxSignature.of(version, session.getInputInfo(), session.getOutputInfo());
            String device = gpu == null ? OnnxRuntime.PROCESSOR : gpu.gpu();
            return new OnnxModel(environment, session, signature, device);
        } catch (OrtException | RuntimeException e) {
            closeAfter(e, session);
            if (e instanceof UnfitModelException unfit) {
                throw unfit;
            }
            throw new UnfitModelException(
                    "%s does not say what it takes and gives: %s".formatted(file, e.getMessage()),
                    e);
        }
    }

    /**
     * Threads are part of a model's contract: a tree ensemble's scores change with their number, so
     * one thread scores, and a replay gives the same bits.
     */
    private static OrtSession session(
            Path file, OrtEnvironment environment, @Nullable ModelDevice gpu) {
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setMemoryPatternOptimization(false);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            // What goes wrong in a run is thrown, and told by a dead letter: not once more for each
            // attempt on the process's error stream.
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            if (gpu != null) {
                OnnxRuntime.addGpu(options, gpu);
            }
            return environment.createSession(file.toString(), options);
        } catch (OrtException e) {
            throw new UnfitModelException(
                    gpu == null
                            ? "%s is no model that ONNX Runtime can load: %s"
                                    .formatted(file, e.getMessage())
                            : "%s cannot be loaded on %s, which must be an NVIDIA GPU with its driver and CUDA's libraries: %s"
                                    .formatted(file, gpu.gpu(), e.getMessage()),
                    e);
        }
    }

    private static void closeAfter(Exception cause, OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public int inputWidth() {
        return signature.features();
    }

    @Override
    public String device() {
        return device;
    }

    @Override
    public ScoringRows rows(int capacity, long limitMillis) {
        try {
            var watch = RunWatch.over(limitMillis);
            return new OnnxRows(environment, session, signature, capacity, watch);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime gives no options for a run", e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("the model's session could not be closed", e);
        }
    }
}
