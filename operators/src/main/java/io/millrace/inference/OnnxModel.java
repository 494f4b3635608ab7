package io.millrace.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.millrace.registry.ModelVersion;
import java.nio.file.Path;

/** One ONNX model in memory. */
final class OnnxModel implements Scorer {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final OnnxSignature signature;

    private OnnxModel(OrtEnvironment environment, OrtSession session, OnnxSignature signature) {
        this.environment = environment;
        this.session = session;
        this.signature = signature;
    }

    /**
     * Loads a model. Threads are part of its contract: a tree ensemble's scores change with their
     * number, so one thread scores, and a replay gives the same bits.
     *
     * @param version what its metadata says
     * @throws UnfitModelException when the file is no ONNX model, or one of another signature
     */
    static OnnxModel load(Path file, ModelVersion version) {
        var environment = OnnxRuntime.environment();
        OrtSession session;
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setMemoryPatternOptimization(false);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            // What goes wrong in a run is thrown, and told by a dead letter: not once more for each
            // attempt on the process's error stream.
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            session = environment.createSession(file.toString(), options);
        } catch (OrtException e) {
            throw new UnfitModelException(
                    "%s is no model that ONNX Runtime can load: %s".formatted(file, e.getMessage()),
                    e);
        }
        try {
            var signature =
                    OnnxSignature.of(version, session.getInputInfo(), session.getOutputInfo());
            return new OnnxModel(environment, session, signature);
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
