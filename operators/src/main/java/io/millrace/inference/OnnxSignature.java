package io.millrace.inference;

import ai.onnxruntime.MapInfo;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.SequenceInfo;
import ai.onnxruntime.TensorInfo;
import io.millrace.registry.ElementType;
import io.millrace.registry.ModelInput;
import io.millrace.registry.ModelOutput;
import io.millrace.registry.ModelVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a model takes and gives, on which its file and its metadata agree.
 *
 * @param inputs each of the model's inputs
 * @param outputs the score's output, then those that travel with it
 * @param features how many features a row has
 * @param fixedRows how many rows each run must have, or 0 where any number is right
 */
record OnnxSignature(List<Input> inputs, List<Output> outputs, int features, int fixedRows) {

    /**
     * An input.
     *
     * @param spec as the metadata has it
     * @param shape as the model has it
     * @param columns the place of each of its features in a row
     */
    // The control path: signatures are never compared.
    @SuppressWarnings("ArrayRecordComponent")
    record Input(ModelInput spec, long[] shape, int[] columns) {}

    /**
     * An output.
     *
     * @param spec as the metadata has it
     * @param shape as the model has it; empty of a sequence of maps
     * @param width how many elements a row has, or -1 where the model does not say
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Output(ModelOutput spec, long[] shape, int width) {

        /** Whether ONNX Runtime can write it into memory of ours. */
        boolean isPinnable() {
            return !isMaps() && width > 0 && spec.type() != ElementType.STRING;
        }

        boolean isMaps() {
            return shape.length == 0;
        }
    }

    /**
     * Compares a model with its metadata.
     *
     * @throws UnfitModelException where they differ
     */
    static OnnxSignature of(
            ModelVersion version, Map<String, NodeInfo> takes, Map<String, NodeInfo> gives) {
        List<String> features = version.features();
        var inputs = new ArrayList<Input>();
        for (ModelInput spec : version.inputs()) {
            long[] shape = tensor("input", spec.name(), spec.type(), takes).getShape();
            requireRows("input", spec.name(), shape, spec.features().size());
            int[] columns = spec.features().stream().mapToInt(features::indexOf).toArray();
            inputs.add(new Input(spec, shape, columns));
        }
        Set<String> unnamed = new HashSet<>(takes.keySet());
        version.inputs().forEach(input -> unnamed.remove(input.name()));
        if (!unnamed.isEmpty()) {
            throw new UnfitModelException(
                    "The model also takes %s; its metadata must say which features these are"
                            .formatted(unnamed));
        }
        var outputs = new ArrayList<Output>();
        outputs.add(score(version.output(), gives));
        version.outputs().forEach(spec -> outputs.add(output(spec, gives)));
        return new OnnxSignature(inputs, outputs, features.size(), fixedRows(inputs));
    }

    private static int fixedRows(List<Input> inputs) {
        long[] fixed =
                inputs.stream()
                        .mapToLong(input -> input.shape[0])
                        .filter(rows -> rows > 0)
                        .distinct()
                        .toArray();
        if (fixed.length > 1) {
            throw new UnfitModelException(
                    "The model's inputs have %s rows; they must have the same number"
                            .formatted(Arrays.toString(fixed)));
        }
        return fixed.length == 0 ? 0 : Math.toIntExact(fixed[0]);
    }

    private static Output score(ModelOutput spec, Map<String, NodeInfo> gives) {
        Output output = output(spec, gives);
        if (spec.type() == ElementType.STRING) {
            throw new UnfitModelException(
                    "The model's output '%s' is a text; a score must be a number"
                            .formatted(spec.name()));
        }
        if ((output.width > 2 || output.isMaps()) && spec.scoreClass() == null) {
            throw new UnfitModelException(
                    "The model's output '%s' has %s for each row; its metadata must name the class whose number is the score"
                            .formatted(
                                    spec.name(),
                                    output.isMaps() ? "a map" : output.width + " numbers"));
        }
        return output;
    }

    private static Output output(ModelOutput spec, Map<String, NodeInfo> gives) {
        NodeInfo node = node("output", spec.name(), gives);
        if (node.getInfo() instanceof SequenceInfo sequence && sequence.isSequenceOfMaps()) {
            requireMaps(spec, sequence.mapInfo);
            return new Output(spec, new long[0], spec.classes().size());
        }
        long[] shape = tensor("output", spec.name(), spec.type(), gives).getShape();
        int width = shape.length == 0 ? -1 : width(shape);
        if (width > 0 && !spec.classes().isEmpty() && width != spec.classes().size()) {
            throw new UnfitModelException(
                    "The model's output '%s' has %d numbers for each row; its metadata must name as many classes, not %s"
                            .formatted(spec.name(), width, spec.classes()));
        }
        return new Output(spec, shape, width);
    }

    private static void requireMaps(ModelOutput spec, MapInfo map) {
        if (map.valueType != onnx(spec.type())) {
            throw new UnfitModelException(
                    "The model's output '%s' maps classes to %s; its metadata must say so, not %s"
                            .formatted(spec.name(), map.valueType, spec.type().text()));
        }
        if (spec.classes().isEmpty()) {
            throw new UnfitModelException(
                    "The model's output '%s' maps classes to numbers; its metadata must name the classes"
                            .formatted(spec.name()));
        }
    }

    private static void requireRows(String role, String name, long[] shape, int features) {
        int width = shape.length == 0 ? -1 : width(shape);
        if (shape.length == 0 || shape[0] == 0 || (width >= 0 && width != features)) {
            throw new UnfitModelException(
                    "The model's %s '%s' has the shape %s; it must have rows of the %d features that its metadata names"
                            .formatted(role, name, Arrays.toString(shape), features));
        }
        if (width < 0 && Arrays.stream(shape).skip(1).filter(size -> size < 0).count() > 1) {
            throw new UnfitModelException(
                    "The model's %s '%s' has the shape %s; at most one dimension besides the rows may be open"
                            .formatted(role, name, Arrays.toString(shape)));
        }
    }

    /** The elements of a row; -1 where a dimension is open. */
    private static int width(long[] shape) {
        long width = 1;
        for (int i = 1; i < shape.length; i++) {
            if (shape[i] < 0) {
                return -1;
            }
            width = Math.multiplyExact(width, shape[i]);
        }
        return Math.toIntExact(width);
    }

    private static TensorInfo tensor(
            String role, String name, ElementType type, Map<String, NodeInfo> nodes) {
        NodeInfo node = node(role, name, nodes);
        if (node.getInfo() instanceof TensorInfo tensor && tensor.type == onnx(type)) {
            return tensor;
        }
        throw new UnfitModelException(
                "The model's %s '%s' is %s; it must be a %s tensor, as its metadata says"
                        .formatted(role, name, node.getInfo(), type.text()));
    }

    private static NodeInfo node(String role, String name, Map<String, NodeInfo> nodes) {
        NodeInfo node = nodes.get(name);
        if (node == null) {
            throw new UnfitModelException(
                    "The model has no %s '%s'; its %ss are %s"
                            .formatted(role, name, role, nodes.keySet()));
        }
        return node;
    }

    private static OnnxJavaType onnx(ElementType type) {
        return type == ElementType.STRING ? OnnxJavaType.STRING : CellType.of(type).onnx();
    }
}
