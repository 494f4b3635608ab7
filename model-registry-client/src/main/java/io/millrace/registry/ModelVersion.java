package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One immutable registered version of a model.
 *
 * @param name the model's name
 * @param version the version, unique under the name
 * @param digest of the model file, {@code sha256:} and 64 hexadecimal digits
 * @param bytes the size of the model file
 * @param inputs what it wants, in the model's order
 * @param output the output that is the score
 * @param outputs further outputs, which travel with the score
 * @param golden the file of rows with the scores that they must get, or null where there is none
 * @param metrics how good it was when it was trained, by name
 * @param servable of a model of flink-ml, what was saved beside its data; null of an ONNX model
 */
public record ModelVersion(
        String name,
        String version,
        String digest,
        long bytes,
        List<ModelInput> inputs,
        ModelOutput output,
        List<ModelOutput> outputs,
        @Nullable RegistryFile golden,
        Map<String, Double> metrics,
        @Nullable SavedStage servable) {

    /** A model file is one protobuf message, and none may be larger than this. */
    public static final long BYTES_MAX = Integer.MAX_VALUE;

    public ModelVersion {
        RegistryName.check("model", name);
        RegistryName.check("version", version);
        Sha256.check(digest);
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes is %d; it must be positive".formatted(bytes));
        }
        if (bytes > BYTES_MAX) {
            throw new ModelRegistryException(
                    Reason.MODEL_TOO_LARGE,
                    "%s/%s has %d bytes; it must have at most %d: export a smaller model"
                            .formatted(name, version, bytes, BYTES_MAX));
        }
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("inputs is empty; it must hold at least one");
        }
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        metrics = Map.copyOf(metrics);
    }

    /** An ONNX model. */
    public ModelVersion(
            String name,
            String version,
            String digest,
            long bytes,
            List<ModelInput> inputs,
            ModelOutput output,
            List<ModelOutput> outputs,
            @Nullable RegistryFile golden,
            Map<String, Double> metrics) {
        this(name, version, digest, bytes, inputs, output, outputs, golden, metrics, null);
    }

    /** What runs it. */
    public Engine engine() {
        return servable == null ? Engine.ONNX : Engine.FLINK_ML;
    }

    /** The features that a row must have, in the order of the inputs; each is there once. */
    public List<String> features() {
        return inputs.stream().flatMap(input -> input.features().stream()).distinct().toList();
    }

    /** {@code name/version}, as people say it. */
    @Override
    public String toString() {
        return name + "/" + version;
    }
}
