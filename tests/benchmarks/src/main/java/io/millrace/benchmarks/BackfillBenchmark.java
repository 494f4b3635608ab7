package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.util.FileUtils;
import org.jspecify.annotations.Nullable;

/**
 * What a training set costs, beside the same windowed features by {@code groupby().rolling()} of
 * pandas: {@code ./millrace backfill} and a Python process over the same files, one after the
 * other, round after round, each from its start to its end. First both compute all numbers once,
 * which must be the same.
 */
final class BackfillBenchmark {
    private static final double TOLERANCE = 1e-9;

    private final int rounds;
    private static final Path HOME = Path.of(ChildJvm.property("millrace.home")).normalize();

    private final Path folder;
    private final CardHistory history;

    private BackfillBenchmark(int rounds, Path folder, CardHistory history) {
        this.rounds = rounds;
        this.folder = folder;
        this.history = history;
    }

    /** {@code backfill [rounds]}. */
    static void run(List<String> arguments) throws Exception {
        int rounds = Arguments.number(arguments, 0, "ROUNDS", 3);
        Path folder = Files.createTempDirectory("millrace-bench");
        String data = System.getProperty("millrace.data", "");
        var history = CardHistory.in(folder, data.isEmpty() ? null : HOME.resolve(data));
        new BackfillBenchmark(rounds, folder, history).measure();
        // Left in place when a program has failed: the message names its log there.
        FileUtils.deleteDirectory(folder.toFile());
    }

    private void measure() throws Exception {
        System.out.printf(
                Locale.ROOT,
                "%s: %,d transactions, CSV -> 15 features, %d rounds, %d cores%n%n",
                history.described(),
                history.rows(),
                rounds,
                Runtime.getRuntime().availableProcessors());
        // Builds what is missing; nobody measures that.
        MeasuredProcess.of(
                List.of(HOME.resolve("millrace").toString(), "version"),
                folder.resolve("version.log"));
        String python = python();
        if (python == null) {
            System.out.printf(
                    """
                      no pandas here, so nothing to compare with; to have it:
                        python3 -m venv FOLDER && FOLDER/bin/pip install pandas
                        MILLRACE_PYTHON=FOLDER/bin/python ./millrace bench backfill

                    """);
        } else {
            check(python);
        }
        var backfills = new ArrayList<MeasuredProcess>();
        var pandas = new ArrayList<MeasuredProcess>();
        for (int round = 1; round <= rounds; round++) {
            if (python != null) {
                pandas.add(show(round, "pandas", rolling(python, null)));
            }
            backfills.add(show(round, "millrace backfill", backfill("parquet")));
        }
        report(backfills, pandas);
    }

    /** Python with pandas; null where there is none. */
    private @Nullable String python() throws IOException, InterruptedException {
        String python = System.getProperty("millrace.python", "python3");
        try {
            MeasuredProcess.of(
                    List.of(python, "-c", "import pandas"), folder.resolve("python.log"));
            return python;
        } catch (IOException | IllegalStateException e) {
            return null;
        }
    }

    private void check(String python) throws IOException, InterruptedException {
        Path numbers = folder.resolve("pandas.f64");
        rolling(python, numbers);
        backfill("csv");
        double largest =
                PandasFeatures.in(numbers)
                        .largestDifference(folder.resolve("training/training-set.csv"));
        if (largest > TOLERANCE) {
            throw new IllegalStateException(
                    "backfill and pandas differ by %s; they must agree within %s"
                            .formatted(largest, TOLERANCE));
        }
        System.out.printf(
                Locale.ROOT,
                "  both compute the same: the largest of all differences is %.1e%n%n",
                largest);
        Files.delete(numbers);
    }

    private MeasuredProcess rolling(String python, @Nullable Path numbers)
            throws IOException, InterruptedException {
        var command =
                new ArrayList<>(
                        List.of(
                                python,
                                HOME.resolve("tests/benchmarks/src/main/python/rolling.py")
                                        .toString(),
                                history.transactions().toString(),
                                history.labels().toString()));
        if (numbers != null) {
            command.add(numbers.toString());
        }
        return MeasuredProcess.of(command, folder.resolve("pandas.log"));
    }

    private MeasuredProcess backfill(String format) throws IOException, InterruptedException {
        Path training = folder.resolve("training");
        FileUtils.deleteDirectory(training.toFile());
        return MeasuredProcess.of(
                List.of(
                        HOME.resolve("millrace").toString(),
                        "backfill",
                        HOME.resolve("jobs/pipelines/card-fraud.yaml").toString(),
                        "--events",
                        history.transactions().toString(),
                        "--labels",
                        history.labels().toString(),
                        "--write",
                        format,
                        "--parallelism",
                        "1",
                        "--output",
                        training.toString()),
                folder.resolve("backfill.log"));
    }

    private MeasuredProcess show(int round, String name, MeasuredProcess measured) {
        System.out.printf(
                Locale.ROOT,
                "  round %d  %-20s %7.1f s CPU  %,9.0f rows per CPU second  %6.1f s%n",
                round,
                name,
                measured.cpuSeconds(),
                history.rows() / measured.cpuSeconds(),
                measured.seconds());
        return measured;
    }

    private void report(List<MeasuredProcess> backfills, List<MeasuredProcess> pandas) {
        double millrace = rowsPerCpuSecond(backfills);
        System.out.printf(
                Locale.ROOT, "%nmedian: millrace backfill %,.0f rows per CPU second%n", millrace);
        if (!pandas.isEmpty()) {
            double baseline = rowsPerCpuSecond(pandas);
            System.out.printf(
                    Locale.ROOT,
                    "        pandas            %,.0f; millrace backfill makes %.2f x as many%n",
                    baseline,
                    millrace / baseline);
        }
    }

    private double rowsPerCpuSecond(List<MeasuredProcess> runs) {
        return history.rows() / Median.of(runs, MeasuredProcess::cpuSeconds);
    }
}
