package io.millrace.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/**
 * One ONNX model in memory: {@code float32 [N, inputWidth]} in, {@code float32 [N]}, {@code [N, 1]}
 * or, as the probabilities of two classes, {@code [N, 2]} out. Safe for concurrent use; closed only
 * when no run is under way.
 */
final class OnnxModel implements Scorer, AutoCloseable {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final String inputName;
    private final int inputWidth;
    private final String outputName;
    private final long[] outputShape;
    private final int outputWidth;

    private OnnxModel(
            OrtEnvironment environment, OrtSession session, String inputName, String outputName)
            throws OrtException {
        this.environment = environment;
        this.session = session;
        this.inputName = inputName;
        this.outputName = outputName;
        long[] inputShape = floats("input", inputName, session.getInputInfo()).getShape();
        if (session.getInputInfo().size() != 1 || inputShape.length != 2 || inputShape[1] < 1) {
            throw new UnfitModelException(
                    "The model has %d inputs and '%s' has the shape %s; it must have one input of the shape [N, features]"
                            .formatted(
                                    session.getInputInfo().size(),
                                    inputName,
                                    java.util.Arrays.toString(inputShape)));
        }
        this.inputWidth = Math.toIntExact(inputShape[1]);
        this.outputShape = floats("output", outputName, session.getOutputInfo()).getShape();
        this.outputWidth = outputShape.length == 2 ? Math.toIntExact(outputShape[1]) : 1;
        if (outputShape.length == 0
                || outputShape.length > 2
                || outputWidth < 1
                || outputWidth > 2) {
            throw new UnfitModelException(
                    "The model's output '%s' has the shape %s; it must be [N], [N, 1], or [N, 2] for two classes"
                            .formatted(outputName, java.util.Arrays.toString(outputShape)));
        }
    }

    /**
     * Loads a model. Threads are part of its contract: a tree ensemble's scores change with their
     * number, so one thread scores, and a replay gives the same bits.
     *
     * @throws UnfitModelException when the file is no ONNX model, or one of another signature
     */
    static OnnxModel load(Path file, String inputName, String outputName) {
        var environment = OnnxRuntime.environment();
        OrtSession session;
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setMemoryPatternOptimization(false);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            session = environment.createSession(file.toString(), options);
        } catch (OrtException e) {
            throw new UnfitModelException(
                    "%s is no model that ONNX Runtime can load: %s".formatted(file, e.getMessage()),
                    e);
        }
        try {
            return new OnnxModel(environment, session, inputName, outputName);
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

    private static TensorInfo floats(String role, String name, Map<String, NodeInfo> nodes) {
        NodeInfo node = nodes.get(name);
        if (node == null) {
            throw new UnfitModelException(
                    "The model has no %s '%s'; its %ss are %s"
                            .formatted(role, name, role, nodes.keySet()));
        }
        if (node.getInfo() instanceof TensorInfo tensor && tensor.type == OnnxJavaType.FLOAT) {
            return tensor;
        }
        throw new UnfitModelException(
                "The model's %s '%s' is %s; it must be a float32 tensor"
                        .formatted(role, name, node.getInfo()));
    }

    @Override
    public int inputWidth() {
        return inputWidth;
    }

    @Override
    public int outputWidth() {
        return outputWidth;
    }

    @Override
    public void score(FloatBuffer input, FloatBuffer output, int rows) throws ScoringException {
        long[] shape = outputShape.clone();
        shape[0] = rows;
        // Both tensors wrap direct buffers, so nothing is copied; the output is written where the
        // caller reads it.
        try (var in = OnnxTensor.createTensor(environment, input, new long[] {rows, inputWidth});
                var out = OnnxTensor.createTensor(environment, output, shape);
                var result = session.run(Map.of(inputName, in), Map.of(outputName, out))) {
            if (result.size() != 1) {
                throw new IllegalStateException(
                        "one output was asked for, %d came".formatted(result.size()));
            }
        } catch (OrtException e) {
            throw new ScoringException("The model failed on this row: " + e.getMessage(), e);
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
