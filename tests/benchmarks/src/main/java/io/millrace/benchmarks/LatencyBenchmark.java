package io.millrace.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.benchmarks.LatencyRun.Engine;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What gathering rows adds to the time that a row takes, and what becomes of it when there is more
 * than a job can do. Rows are due at a rate, whether or not the job keeps up, and their latency
 * counts from then.
 */
final class LatencyBenchmark {
    private static final int FIXED_ROWS = 256;
    private static final double IDLE_ROWS_PER_SECOND = 200;
    private static final double OVERLOAD_SECONDS = 4;
    private static final double AFTERWARDS_SECONDS = 20;
    private static final int RUNS = 2_000;

    private final String model;
    private final Path folder;
    private final LatencyRuns runs;

    private LatencyBenchmark(String model, Path folder) {
        this.model = model;
        this.folder = folder;
        this.runs = new LatencyRuns(model, folder);
    }

    /** {@code latency [model...]}. */
    static void run(List<String> arguments) throws Exception {
        List<String> models =
                arguments.isEmpty() ? List.of("card-fraud", "card-fraud-trees") : arguments;
        LatencyRuns.each(models, (model, folder) -> new LatencyBenchmark(model, folder).measure());
    }

    private void measure() throws Exception {
        double most = runs.most();
        System.out.printf(Locale.ROOT, "  the stage takes at most %,.0f rows/s%n", most);
        idle();
        double steady = half(most);
        overload(most, steady);
    }

    private void idle() throws Exception {
        Pace pace = Pace.of(IDLE_ROWS_PER_SECOND, LatencyRuns.seconds());
        System.out.printf(Locale.ROOT, "%n  %.0f rows/s%n", IDLE_ROWS_PER_SECOND);
        LatencyResult row = runs.run(Engine.ROW, 1, pace);
        say("a run of ONNX Runtime for each row", row.steady());
        LatencyResult fixed = runs.run(Engine.STAGE, FIXED_ROWS, pace);
        say("stage, %d rows, %s".formatted(FIXED_ROWS, millis(InferenceRun.WAIT)), fixed.steady());
        LatencyResult tuned = runs.run(Engine.STAGE, InferenceVariant.TUNED, pace);
        say("stage, tuned", tuned.steady());
        added("a single row", row, tuned, 1);
    }

    /** Returns the p99 of the tuned stage. */
    private double half(double most) throws Exception {
        Pace pace = Pace.of(most / 2, LatencyRuns.seconds());
        System.out.printf(Locale.ROOT, "%n  half of that, %,.0f rows/s%n", most / 2);
        LatencyResult none = runs.run(Engine.NONE, 1, pace);
        say("source and sink alone", none.steady());
        LatencyResult fixed = runs.run(Engine.STAGE, FIXED_ROWS, pace);
        say("stage, %d rows, %s".formatted(FIXED_ROWS, millis(InferenceRun.WAIT)), fixed.steady());
        double run = runMillis(FIXED_ROWS);
        added("wait and one run", none, fixed, InferenceRun.WAIT.toNanos() / 1e6 + run);
        LatencyResult tuned = runs.run(Engine.STAGE, InferenceVariant.TUNED, pace);
        say("stage, tuned", tuned.steady());
        added("objective", none, tuned, InferenceRun.OBJECTIVE.toNanos() / 1e6);
        return tuned.steady().p99();
    }

    private void overload(double most, double steady) throws Exception {
        double end = LatencyRuns.WARM_UP_SECONDS + OVERLOAD_SECONDS;
        Pace pace =
                Pace.of(most / 2, LatencyRuns.WARM_UP_SECONDS)
                        .then(1.5 * most, OVERLOAD_SECONDS)
                        .then(most / 2, AFTERWARDS_SECONDS);
        LatencyResult result = runs.run(Engine.STAGE, InferenceVariant.TUNED, pace);
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
                result.rowsPerSecond(LatencyRuns.WARM_UP_SECONDS, end) / most,
                result.recoveredAfter(end, 2 * steady));
    }

    /** The p99 of ONNX Runtime's runs of so many rows. */
    private double runMillis(int rows) throws OrtException {
        ModelRegistry registry =
                ModelRegistry.inDirectory(Models.registryOf(model), folder.resolve("models"));
        ModelVersion version = registry.require(model, "champion");
        int width = version.features().size();
        var values = FloatBuffer.allocate(rows * width);
        for (int row = 0; row < rows; row++) {
            for (double value : InferenceRun.features(row, width)) {
                values.put((float) value);
            }
        }
        long[] shape = {rows, width};
        var environment = OrtEnvironment.getEnvironment();
        var times = new Histogram(3);
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            String file = registry.fetch(version).toString();
            try (var session = environment.createSession(file, options);
                    var input = OnnxTensor.createTensor(environment, values.flip(), shape)) {
                var inputs = Map.of(version.inputs().get(0).name(), input);
                for (int run = 0; run < 2 * RUNS; run++) {
                    long start = System.nanoTime();
                    session.run(inputs).close();
                    if (run >= RUNS) {
                        times.recordValue(System.nanoTime() - start);
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
