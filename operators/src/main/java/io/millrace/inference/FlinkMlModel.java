package io.millrace.inference;

import io.millrace.registry.ElementType;
import io.millrace.registry.ModelInput;
import io.millrace.registry.ModelOutput;
import io.millrace.registry.ModelVersion;
import io.millrace.registry.SavedStage;
import io.millrace.spec.DeviceSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** One model of flink-ml in memory. */
final class FlinkMlModel implements Scorer {
    private final LinearServable servable;
    private final ModelInput input;

    /** The score's, then those that travel with it. */
    private final List<ModelOutput> outputs;

    private FlinkMlModel(LinearServable servable, ModelInput input, List<ModelOutput> outputs) {
        this.servable = servable;
        this.input = input;
        this.outputs = outputs;
    }

    /**
     * Loads a model. No class is loaded by a name that its metadata says.
     *
     * @param file the data that flink-ml has saved
     * @param version what its metadata says
     * @throws UnfitModelException when it is no such model, or one of another signature
     */
    static FlinkMlModel load(Path file, ModelVersion version, ModelDevice device) {
        if (device.kind() == DeviceSpec.Kind.CUDA) {
            throw new UnfitModelException(
                    "model.device is cuda, and %s is a model of flink-ml; model.device must be auto or cpu"
                            .formatted(version));
        }
        SavedStage saved = Objects.requireNonNull(version.servable(), "of another engine");
        int width = version.features().size();
        var servable = new LinearServable(saved, data(file, width), width);
        List<ModelOutput> outputs =
                Stream.concat(Stream.of(version.output()), version.outputs().stream()).toList();
        outputs.forEach(output -> requireColumn(servable, output));
        return new FlinkMlModel(servable, input(version, servable), outputs);
    }

    private static byte[] data(Path file, int width) {
        try {
            long bytes = Files.size(file);
            if (bytes > LinearServable.bytesMax(width)) {
                throw new UnfitModelException(
                        "%s has %,d bytes; it must have at most %,d, for %d features"
                                .formatted(file, bytes, LinearServable.bytesMax(width), width));
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UnfitModelException(
                    "%s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static ModelInput input(ModelVersion version, LinearServable servable) {
        ModelInput input = version.inputs().get(0);
        if (version.inputs().size() > 1
                || input.type() != ElementType.FLOAT64
                || !input.name().equals(servable.features())) {
            throw new UnfitModelException(
                    "The metadata says the inputs %s; it must say one, '%s' of float64, which flink-ml's model takes"
                            .formatted(
                                    version.inputs().stream().map(ModelInput::name).toList(),
                                    servable.features()));
        }
        return input;
    }

    private static void requireColumn(LinearServable servable, ModelOutput output) {
        int width = servable.width(output.name());
        int classes = output.classes().size();
        if (width == 0
                || output.type() != ElementType.FLOAT64
                || (classes != 0 && classes != width)) {
            throw new UnfitModelException(
                    "The metadata says the output '%s' of %s with %d classes; it must be a column of float64 that flink-ml's model adds, with two classes of a raw prediction"
                            .formatted(output.name(), output.type().text(), classes));
        }
    }

    @Override
    public int inputWidth() {
        return input.features().size();
    }

    /** The limit is not watched over: a run is as many products of vectors as it has rows. */
    @Override
    public ScoringRows rows(int capacity, long limitMillis) {
        return new FlinkMlRows(servable, input.name(), inputWidth(), outputs, capacity);
    }

    @Override
    public void close() {
        // It holds nothing but memory of the heap.
    }
}
