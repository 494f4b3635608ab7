package io.millrace.benchmarks;

import java.util.Arrays;
import java.util.List;

/** {@code ./millrace bench}: what things cost, each beside what a user would otherwise write. */
final class Benchmarks {
    private static final String USAGE =
            """
            ./millrace bench scoring [ROWS] [ROUNDS]   from Kafka to Kafka through a model, beside the job that one writes first
            """;

    private Benchmarks() {}

    public static void main(String[] arguments) throws Exception {
        List<String> rest =
                Arrays.asList(arguments).subList(Math.min(1, arguments.length), arguments.length);
        if (arguments.length > 0 && arguments[0].equals("scoring")) {
            ScoringBenchmark.run(rest);
        } else {
            System.err.print(USAGE);
            System.exit(2);
        }
    }
}
