package io.millrace.benchmarks;

import io.millrace.benchmarks.Arguments.BadArgumentException;
import io.millrace.monitor.AlarmBenchmark;
import io.millrace.monitor.DriftBenchmark;
import java.util.Arrays;
import java.util.List;

/** {@code ./millrace bench}: what things cost, each beside what a user would otherwise write. */
final class Benchmarks {
    private static final String USAGE =
            """
            ./millrace bench alarms                      what the monitor says where nothing has changed, and how soon it finds what has
            ./millrace bench backfill [ROUNDS]           a training set of four months, beside groupby().rolling() of pandas
            ./millrace bench crayfish [ROWS] [ROUNDS]    784 numbers per record, beside a job as Crayfish's paper has it
            ./millrace bench drift                       what the cores of the monitor cost, beside a sketch of DataSketches
            ./millrace bench features [ROUNDS] [JOB...]  windowed features, beside the same as OVER windows of Flink SQL
            ./millrace bench inference [ROUNDS] [MODEL...]  the inference stage alone, beside ONNX Runtime itself
            ./millrace bench latency [MODEL...]          what gathering rows adds to a row's latency: idle, at half load, overloaded
            ./millrace bench monitoring [ROWS] [ROUNDS] [JOB...]  the same job without and with a monitor, at the same time
            ./millrace bench scoring [ROWS] [ROUNDS]     from Kafka to Kafka through a model, beside the job that one writes first
            ./millrace bench swaps [MODEL...]            version after version of a model under load, beside one version
            """;

    private Benchmarks() {}

    public static void main(String[] arguments) throws Exception {
        List<String> rest =
                Arrays.asList(arguments).subList(Math.min(1, arguments.length), arguments.length);
        if (List.of(arguments).contains("--help")) {
            System.out.print(USAGE);
            return;
        }
        try {
            run(arguments.length == 0 ? "" : arguments[0], rest);
        } catch (BadArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    private static void run(String benchmark, List<String> rest) throws Exception {
        switch (benchmark) {
            case "alarms" -> AlarmBenchmark.run();
            case "backfill" -> BackfillBenchmark.run(rest);
            case "crayfish" -> ScoringBenchmark.runCrayfish(rest);
            case "drift" -> DriftBenchmark.run();
            case "features" -> FeaturesBenchmark.run(rest);
            case "inference" -> InferenceBenchmark.run(rest);
            case "latency" -> LatencyBenchmark.run(rest);
            case "monitoring" -> ScoringBenchmark.runMonitoring(rest);
            case "scoring" -> ScoringBenchmark.run(rest);
            case "swaps" -> SwapBenchmark.run(rest);
            default -> {
                System.err.print(USAGE);
                System.exit(2);
            }
        }
    }
}
