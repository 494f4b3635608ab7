package io.millrace.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.record.Score;
import io.millrace.registry.ElementType;
import io.millrace.registry.ModelInput;
import io.millrace.registry.ModelOutput;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import io.millrace.spec.DeviceSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The engine on a GPU: its scores beside those of the processor, and its rows per second beside
 * ONNX Runtime alone. {@code tests/gpu/run} runs it where there is a GPU, and a test without one.
 */
final class GpuTrial {
    /** All is well, and something is not. */
    static final int GOOD = 0;

    static final int WRONG = 1;

    /** There is no GPU to try. */
    static final int NO_GPU = 77;

    /** How far a number may lie from the processor's; beyond 1, as a share of it. */
    private static final double TOLERANCE = 1e-5;

    private static final double GOAL = 0.8;

    private static final int[] BATCH_ROWS = {64, 256, 1_024, 4_096};
    private static final int[][] NETWORKS = {{15, 32, 16, 1}, {784, 1_024, 1_024, 1}};

    private final ModelDevice device;
    private final long nanosPerMeasurement;
    private final Path folder;
    private final PrintStream out;

    /**
     * A trial.
     *
     * @param folder for files of its own
     */
    GpuTrial(ModelDevice device, long millisPerMeasurement, Path folder, PrintStream out) {
        this.device = device;
        this.nanosPerMeasurement = TimeUnit.MILLISECONDS.toNanos(millisPerMeasurement);
        this.folder = folder;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        boolean isRehearsal = List.of(arguments).contains("--processor");
        var kind = isRehearsal ? DeviceSpec.Kind.CPU : DeviceSpec.Kind.CUDA;
        Path folder = Files.createTempDirectory("millrace-gpu");
        var device = ModelDevice.of(new DeviceSpec(kind, 0));
        System.exit(new GpuTrial(device, isRehearsal ? 200 : 2_000, folder, System.out).run());
    }

    /** What the process is to end with. */
    int run() throws Exception {
        String absent = whyThereIsNoGpu();
        if (absent != null) {
            out.println("No GPU is at hand: " + absent);
            return NO_GPU;
        }
        int wrong = compare();
        for (int[] widths : NETWORKS) {
            measure(widths);
        }
        return wrong == 0 ? GOOD : WRONG;
    }

    private @Nullable String whyThereIsNoGpu() {
        try (OnnxModel model =
                OnnxModel.load(Models.file("sum"), Models.version("features", "score"), device)) {
            out.println("Runs on " + model.device() + ".");
            return null;
        } catch (UnfitModelException e) {
            return e.getMessage();
        }
    }

    private int compare() throws IOException, ScoringException {
        ModelRegistry registry = ExportedModels.registry(folder.resolve("cache"));
        int wrong = 0;
        double farthest = 0;
        for (String name : registry.models()) {
            ModelVersion version = registry.version(name, "1");
            JsonNode expected = ExportedModels.expected(name);
            List<double[]> rows = ExportedModels.rows(expected);
            double apart =
                    apart(
                            said(registry, version, ModelDevice.PROCESSOR, rows),
                            said(registry, version, device, rows));
            farthest = Math.max(farthest, apart);
            if (!(apart <= TOLERANCE)) {
                wrong++;
                out.printf("WRONG  %s is %.1e apart from the processor%n", name, apart);
            }
        }
        out.printf(
                "%d models, %d of them wrong; the farthest number is %.1e apart from the"
                        + " processor's, and may be %.0e.%n",
                registry.models().size(), wrong, farthest, TOLERANCE);
        return wrong;
    }

    /** All numbers that a model says of some rows, one after another. */
    private static double[] said(
            ModelRegistry registry, ModelVersion version, ModelDevice device, List<double[]> rows)
            throws ScoringException {
        try (Scorer model = ModelCheck.load(registry, version, device);
                var scored = model.rows(rows.size(), Models.LONG_MILLIS)) {
            IntStream.range(0, rows.size()).forEach(row -> scored.put(row, rows.get(row)));
            scored.run(0, rows.size());
            var said = new ArrayList<Double>();
            for (int row = 0; row < rows.size(); row++) {
                said.add(scored.score(row));
                for (Score.Output output : scored.outputs(row)) {
                    for (double number : output.numbers()) {
                        said.add(number);
                    }
                }
            }
            return said.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    private static double apart(double[] expected, double[] said) {
        return IntStream.range(0, expected.length)
                .mapToDouble(
                        i -> Math.abs(said[i] - expected[i]) / Math.max(1, Math.abs(expected[i])))
                .reduce(0, Math::max);
    }

    private void measure(int[] widths) throws IOException, OrtException, ScoringException {
        Path file =
                Files.write(
                        folder.resolve("network-%d.onnx".formatted(widths[0])),
                        DenseNetwork.onnx(widths));
        out.printf("%nA network of %d inputs (%s): rows per second%n", widths[0], layers(widths));
        out.printf("%12s %20s %12s%n", "rows a batch", "ONNX Runtime alone", "the engine");
        double bestAlone = 0;
        double bestOfEngine = 0;
        for (int rows : BATCH_ROWS) {
            double alone = alone(file, widths[0], rows);
            double engine = engine(file, widths[0], rows);
            bestAlone = Math.max(bestAlone, alone);
            bestOfEngine = Math.max(bestOfEngine, engine);
            out.printf("%,12d %,20.0f %,12.0f%n", rows, alone, engine);
        }
        out.printf(
                "The engine's best is %.2f × the best of ONNX Runtime alone; the goal is %.1f ×.%n",
                bestOfEngine / bestAlone, GOAL);
    }

    private static String layers(int[] widths) {
        return String.join(" → ", IntStream.of(widths).mapToObj(Integer::toString).toList());
    }

    /** As fast as it gets: its rows lie in its tensor already, and nobody reads what it says. */
    private double alone(Path file, int width, int rows) throws OrtException, ScoringException {
        OrtEnvironment environment = OnnxRuntime.environment();
        try (var options = options();
                var session = environment.createSession(file.toString(), options);
                var features =
                        OnnxTensor.createTensor(
                                environment, random(rows * width), new long[] {rows, width});
                var scores =
                        OnnxTensor.createTensor(environment, direct(rows), new long[] {rows, 1})) {
            return rows
                    * runsPerSecond(
                            () ->
                                    session.run(
                                                    Map.of("features", features),
                                                    Set.of(),
                                                    Map.of("score", scores))
                                            .close());
        }
    }

    private OrtSession.SessionOptions options() throws OrtException {
        var options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        if (device.mayBeGpu()) {
            OnnxRuntime.addGpu(options, device);
        }
        return options;
    }

    /**
     * As the operator scores: each row's doubles are copied in, and each row's score is checked and
     * read.
     */
    private double engine(Path file, int width, int rows) throws OrtException, ScoringException {
        double[][] features = features(rows, width);
        try (OnnxModel model = OnnxModel.load(file, version(width), device);
                var scored = model.rows(rows, Models.LONG_MILLIS)) {
            return rows
                    * runsPerSecond(
                            () -> {
                                for (int row = 0; row < rows; row++) {
                                    scored.put(row, features[row]);
                                }
                                scored.run(0, rows);
                                for (int row = 0; row < rows; row++) {
                                    if (scored.refusal(row) != null || scored.score(row) > 1) {
                                        throw new IllegalStateException("row " + row);
                                    }
                                }
                            });
        }
    }

    private static double[][] features(int rows, int width) {
        var random = new Random(1);
        return IntStream.range(0, rows)
                .mapToObj(row -> random.doubles(width).toArray())
                .toArray(double[][]::new);
    }

    private static FloatBuffer direct(int count) {
        return ByteBuffer.allocateDirect(count * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private static FloatBuffer random(int count) {
        FloatBuffer numbers = direct(count);
        var random = new Random(1);
        for (int i = 0; i < count; i++) {
            numbers.put(i, random.nextFloat());
        }
        return numbers;
    }

    private static ModelVersion version(int width) {
        List<String> names = IntStream.range(0, width).mapToObj(i -> "f" + i).toList();
        return Models.version(
                List.of(
                        new ModelInput(
                                "features",
                                ElementType.FLOAT32,
                                List.of(-1L, (long) width),
                                names)),
                new ModelOutput("score", ElementType.FLOAT32, List.of(-1L, 1L), "a trial"));
    }

    @FunctionalInterface
    private interface Run {
        void once() throws OrtException, ScoringException;
    }

    private double runsPerSecond(Run run) throws OrtException, ScoringException {
        repeat(run, nanosPerMeasurement / 4);
        return repeat(run, nanosPerMeasurement);
    }

    private static double repeat(Run run, long atLeastNanos) throws OrtException, ScoringException {
        long began = System.nanoTime();
        long runs = 0;
        long nanos;
        do {
            run.once();
            runs++;
            nanos = System.nanoTime() - began;
        } while (nanos < atLeastNanos);
        return runs * 1e9 / nanos;
    }
}
