package io.millrace.benchmarks;

import static io.millrace.benchmarks.InferenceVariant.Engine.RAW;
import static io.millrace.benchmarks.InferenceVariant.Engine.SOURCE;
import static io.millrace.benchmarks.InferenceVariant.Engine.STAGE;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.util.FileUtils;

/**
 * What the inference stage adds to ONNX Runtime, and how good the batch size is that it chooses:
 * ONNX Runtime alone over tensors that lie ready, and the stage in a Flink job over vectors that
 * lie ready, at the same batch sizes, each in a JVM of its own, one after the other, round after
 * round. Either uses one thread to score.
 */
final class InferenceBenchmark {
    private static final List<String> MODELS =
            List.of("card-fraud", "handbook-mlp", "card-fraud-trees", "digits-784");
    private static final int[] SIZES = {1, 16, 64, 256, 1024};
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration MEASURED = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(10);

    private final int rounds;
    private final Path folder;
    private final Map<InferenceVariant, List<Cost>> costs = new HashMap<>();

    private InferenceBenchmark(int rounds, Path folder) {
        this.rounds = rounds;
        this.folder = folder;
    }

    /** One run's figures. */
    private record Cost(double microsPerRow, double rowsPerSecond) {}

    /** {@code inference [rounds] [model...]}. */
    static void run(List<String> arguments) throws Exception {
        int rounds = Arguments.number(arguments, 0, "ROUNDS", 1);
        List<String> models =
                arguments.size() < 2 ? MODELS : arguments.subList(1, arguments.size());
        Path folder = Files.createTempDirectory("millrace-bench");
        var benchmark = new InferenceBenchmark(rounds, folder);
        System.out.printf(
                Locale.ROOT,
                "vectors -> model -> scores, %d rounds, %d cores%n",
                rounds,
                Runtime.getRuntime().availableProcessors());
        for (String model : models) {
            benchmark.measure(model);
        }
        // Left in place when a job has failed: the message names its log there.
        FileUtils.deleteDirectory(folder.toFile());
    }

    private static List<InferenceVariant> variants(String model) {
        List<InferenceVariant> variants = new ArrayList<>();
        variants.add(new InferenceVariant(SOURCE, model, 1));
        for (int size : SIZES) {
            variants.add(new InferenceVariant(RAW, model, size));
            variants.add(new InferenceVariant(STAGE, model, size));
        }
        variants.add(new InferenceVariant(STAGE, model, InferenceVariant.TUNED));
        return variants;
    }

    private void measure(String model) throws Exception {
        System.out.printf("%n%s%n", model);
        for (int round = 1; round <= rounds; round++) {
            for (InferenceVariant variant : variants(model)) {
                Cost cost = run(variant, round);
                costs.computeIfAbsent(variant, v -> new ArrayList<>()).add(cost);
                System.out.printf(
                        Locale.ROOT,
                        "  round %d  %-28s %8.3f µs CPU/row  %,11.0f rows/s%n",
                        round,
                        variant.title(),
                        cost.microsPerRow(),
                        cost.rowsPerSecond());
            }
        }
        report(model);
    }

    private Cost run(InferenceVariant variant, int round) throws Exception {
        String name = variant.file() + "-" + round;
        Path counter = folder.resolve(name + ".rows");
        RowCount count = RowCount.in(counter);
        List<String> arguments =
                List.of(
                        variant.engine().name(),
                        Integer.toString(variant.rows()),
                        Models.registryOf(variant.model()).toString(),
                        variant.model(),
                        folder.resolve("models").toString(),
                        counter.toString());
        try (var job = ChildJvm.start(name, folder, "1g", InferenceRun.class, arguments)) {
            long patience = System.nanoTime() + PATIENCE.toNanos();
            while (count.read() == 0) {
                if (System.nanoTime() > patience) {
                    throw job.stuck(PATIENCE);
                }
                job.await(POLL);
            }
            job.awaitNanoTime(System.nanoTime() + WARM_UP.toNanos());
            long rowsBefore = count.read();
            long cpuBefore = job.cpuNanos();
            long began = System.nanoTime();
            job.awaitNanoTime(began + MEASURED.toNanos());
            double measured = count.read() - rowsBefore;
            if (measured == 0) {
                throw job.stuck(MEASURED);
            }
            return new Cost(
                    (job.cpuNanos() - cpuBefore) / measured / 1e3,
                    measured / ((System.nanoTime() - began) / 1e9));
        }
    }

    private void report(String model) {
        double raw = best(model, RAW);
        double swept = best(model, STAGE);
        var tuned = new InferenceVariant(STAGE, model, InferenceVariant.TUNED);
        double chosen = rowsPerSecond(tuned);
        double source = microsPerRow(new InferenceVariant(SOURCE, model, 1));
        System.out.printf(
                Locale.ROOT,
                """
                  stage, tuned, against ONNX Runtime at its best size    %.2f x rows/s
                  stage, tuned, against the best of its own sweep        %.2f x rows/s
                  stage, tuned, without source and sink                  %.3f µs CPU/row
                  ONNX Runtime at its best size                          %.3f µs CPU/row
                """,
                chosen / raw,
                chosen / swept,
                microsPerRow(tuned) - source,
                bestMicros(model));
    }

    private double best(String model, InferenceVariant.Engine engine) {
        return variants(model).stream()
                .filter(variant -> variant.engine() == engine)
                .filter(variant -> variant.rows() != InferenceVariant.TUNED)
                .mapToDouble(this::rowsPerSecond)
                .max()
                .orElse(Double.NaN);
    }

    private double bestMicros(String model) {
        return variants(model).stream()
                .filter(variant -> variant.engine() == RAW)
                .max(Comparator.comparingDouble(this::rowsPerSecond))
                .map(this::microsPerRow)
                .orElse(Double.NaN);
    }

    private double rowsPerSecond(InferenceVariant variant) {
        return Median.of(costs.getOrDefault(variant, List.of()), Cost::rowsPerSecond);
    }

    private double microsPerRow(InferenceVariant variant) {
        return Median.of(costs.getOrDefault(variant, List.of()), Cost::microsPerRow);
    }
}
