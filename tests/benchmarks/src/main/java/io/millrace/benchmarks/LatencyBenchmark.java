package io.millrace.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.benchmarks.LatencyRun.Engine;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.apache.flink.util.FileUtils;

/**
 * What gathering rows adds to the time that a row takes, and what becomes of it when there is more
 * than a job can do. Rows are due at a rate, whether or not the job keeps up, and their latency
 * counts from then. Each run is a job in a JVM of its own.
 */
final class LatencyBenchmark {
    /** The longest wait of a batch whose size is fixed. */
    static final Duration WAIT = Duration.ofMillis(2);

    /** What a batch may add where its size is tuned. */
    static final Duration OBJECTIVE = Duration.ofMillis(20);

    private static final int FIXED_ROWS = 256;
    private static final double WARM_UP_SECONDS = 15;
    private static final double MEASURED_SECONDS = 15;
    private static final double IDLE_ROWS_PER_SECOND = 200;
    private static final double OVERLOAD_SECONDS = 4;
    private static final double AFTERWARDS_SECONDS = 20;
    private static final int RUNS = 2_000;

    private final String model;
    private final Path folder;
    private int started;

    private LatencyBenchmark(String model, Path folder) {
        this.model = model;
        this.folder = folder;
    }

    /** {@code latency [model...]}. */
    static void run(List<String> arguments) throws Exception {
        List<String> models =
                arguments.isEmpty() ? List.of("card-fraud", "card-fraud-trees") : arguments;
        for (String model : models) {
            Path folder = Files.createTempDirectory("millrace-bench");
            System.out.printf("%s%n", model);
            new LatencyBenchmark(model, folder).measure();
            // Left in place when a job has failed: the message names its log there.
            FileUtils.deleteDirectory(folder.toFile());
        }
    }

    private void measure() throws Exception {
        double most =
                run(Engine.STAGE, InferenceVariant.TUNED, Pace.unlimited(total()))
                        .rowsPerSecond(WARM_UP_SECONDS, total());
        System.out.printf(Locale.ROOT, "  the stage takes at most %,.0f rows/s%n", most);
        idle();
        double steady = half(most);
        overload(most, steady);
    }

    private static double total() {
        return WARM_UP_SECONDS + MEASURED_SECONDS;
    }

    private void idle() throws Exception {
        Pace pace = Pace.of(IDLE_ROWS_PER_SECOND, total());
        System.out.printf(Locale.ROOT, "%n  %.0f rows/s%n", IDLE_ROWS_PER_SECOND);
        LatencyResult row = run(Engine.ROW, 1, pace);
        say("a run of ONNX Runtime for each row", row.steady());
        LatencyResult fixed = run(Engine.STAGE, FIXED_ROWS, pace);
        say("stage, %d rows, %s".formatted(FIXED_ROWS, millis(WAIT)), fixed.steady());
        LatencyResult tuned = run(Engine.STAGE, InferenceVariant.TUNED, pace);
        say("stage, tuned", tuned.steady());
        added("a single row", row, tuned, 1);
    }

    /** Returns the p99 of the tuned stage. */
    private double half(double most) throws Exception {
        Pace pace = Pace.of(most / 2, total());
        System.out.printf(Locale.ROOT, "%n  half of that, %,.0f rows/s%n", most / 2);
        LatencyResult none = run(Engine.NONE, 1, pace);
        say("source and sink alone", none.steady());
        LatencyResult fixed = run(Engine.STAGE, FIXED_ROWS, pace);
        say("stage, %d rows, %s".formatted(FIXED_ROWS, millis(WAIT)), fixed.steady());
        double run = runMillis(FIXED_ROWS);
        added("wait and one run", none, fixed, WAIT.toNanos() / 1e6 + run);
        LatencyResult tuned = run(Engine.STAGE, InferenceVariant.TUNED, pace);
        say("stage, tuned", tuned.steady());
        added("objective", none, tuned, OBJECTIVE.toNanos() / 1e6);
        return tuned.steady().p99();
    }

    private void overload(double most, double steady) throws Exception {
        double end = WARM_UP_SECONDS + OVERLOAD_SECONDS;
        Pace pace =
                Pace.of(most / 2, WARM_UP_SECONDS)
                        .then(1.5 * most, OVERLOAD_SECONDS)
                        .then(most / 2, AFTERWARDS_SECONDS);
        LatencyResult result = run(Engine.STAGE, InferenceVariant.TUNED, pace);
        System.out.printf(
                Locale.ROOT,
                """

                  150 %% for %.0f s, then half again
                    %,d rows, %d lost, %d doubled
                    %.2f x of the most rows/s during overload
                    latency (p99 of 100 ms) is below twice that of half load again %.1f s later
                """,
                OVERLOAD_SECONDS,
                pace.rows(),
                pace.rows() - result.rows() + result.lost(),
                result.doubled(),
                result.rowsPerSecond(WARM_UP_SECONDS, end) / most,
                result.recoveredAfter(end, 2 * steady));
    }

    private LatencyResult run(Engine engine, int rows, Pace pace) throws Exception {
        String name = "run-" + started++;
        Path result = folder.resolve(name + ".result");
        var arguments =
                List.of(
                        engine.name(),
                        Integer.toString(rows),
                        pace.toString(),
                        Double.toString(WARM_UP_SECONDS),
                        Models.registryOf(model).toString(),
                        model,
                        folder.resolve("models").toString(),
                        result.toString());
        try (var job = ChildJvm.start(name, folder, "2g", LatencyRun.class, arguments)) {
            job.awaitEnd(patience(pace));
        }
        return LatencyResult.read(result);
    }

    /** Twice as long as the rows take, and a minute for the process. */
    private static Duration patience(Pace pace) {
        return Duration.ofSeconds(60 + (long) (2 * pace.seconds()));
    }

    /** What the slowest of a hundred runs of ONNX Runtime takes. */
    private double runMillis(int rows) throws OrtException, IOException {
        Path file = Models.registryOf(model).resolve(model).resolve("1").resolve("model.onnx");
        var environment = OrtEnvironment.getEnvironment();
        var times = new Histogram(3);
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            try (var session = environment.createSession(file.toString(), options)) {
                int width = 15;
                var values = FloatBuffer.allocate(rows * width);
                for (int row = 0; row < rows; row++) {
                    for (double value : InferenceRun.features(row, width)) {
                        values.put((float) value);
                    }
                }
                long[] shape = {rows, width};
                try (var input = OnnxTensor.createTensor(environment, values.flip(), shape)) {
                    for (int run = 0; run < 2 * RUNS; run++) {
                        long start = System.nanoTime();
                        session.run(Map.of("features", input)).close();
                        if (run >= RUNS) {
                            times.recordValue(System.nanoTime() - start);
                        }
                    }
                }
            }
        }
        return times.getValueAtPercentile(99) / 1e6;
    }

    private static void say(String what, LatencyResult.Latencies latencies) {
        System.out.printf(
                Locale.ROOT,
                "    %-36s median %8.3f ms, p99 %8.3f ms%n",
                what,
                latencies.median(),
                latencies.p99());
    }

    private static void added(
            String bound, LatencyResult before, LatencyResult after, double boundMillis) {
        System.out.printf(
                Locale.ROOT,
                "      adds %.3f ms to the median, %.3f ms to the p99; at most %.3f ms (%s)%n",
                after.steady().median() - before.steady().median(),
                after.steady().p99() - before.steady().p99(),
                boundMillis,
                bound);
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + " ms";
    }
}
