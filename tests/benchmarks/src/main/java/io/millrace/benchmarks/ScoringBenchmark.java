package io.millrace.benchmarks;

import io.millrace.benchmarks.ScoringPasses.Sample;
import io.millrace.jobs.local.LocalKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.util.FileUtils;
import org.apache.kafka.clients.admin.Admin;

/**
 * What a scored row costs from Kafka to Kafka: each job in a JVM of its own, over the same rows in
 * the same broker, one after the other, round after round. CPU time is the job's process over the
 * rows: on two cores the JIT compilers take a third of a job's CPU for its first twenty seconds and
 * some of it for a minute, which a job that runs for months does not pay. So a JVM runs its job
 * again and again over the same rows, and the last of these passes is measured. What the compilers
 * still take of it is told apart. The figures are medians over the rounds, and the ratios compare
 * jobs of the same run, without their compilers.
 */
final class ScoringBenchmark {
    private static final Duration WARM_UP = Duration.ofSeconds(50);
    private static final Duration MEASURED = Duration.ofSeconds(15);

    /** The first rows of a pass are not measured, in which a job starts. */
    private static final double FIRST_ROWS = 0.2;

    private static final Duration FIRST = Duration.ofSeconds(3);

    /** Jobs that run at the same time are compared in so many windows, each so long. */
    private static final int WINDOWS = 10;

    private static final Duration WINDOW = Duration.ofSeconds(4);

    private final int rows;
    private final int rounds;
    private final List<ScoringVariant> variants;
    private final Path folder;
    private final LocalKafka kafka;
    private final Admin admin;

    private ScoringBenchmark(
            int rows,
            int rounds,
            List<ScoringVariant> variants,
            Path folder,
            LocalKafka kafka,
            Admin admin) {
        this.folder = folder;
        this.rows = rows;
        this.rounds = rounds;
        this.variants = variants;
        this.kafka = kafka;
        this.admin = admin;
    }

    /** One run's figures; the job's without its compilers. */
    private record Cost(
            double jobMicrosPerRow,
            double compilerMicrosPerRow,
            double brokerMicrosPerRow,
            double rowsPerSecond) {}

    /** CPU per row of a job and of the one beside it, at the same time. */
    private record Beside(double microsPerRow, double baselineMicrosPerRow) {
        double ratio() {
            return microsPerRow / baselineMicrosPerRow;
        }
    }

    /** {@code scoring [rows] [rounds] [variant...]}. */
    static void run(List<String> arguments) throws Exception {
        run(arguments, 8_000_000, 3, ScoringVariant.scoring());
    }

    /** {@code crayfish [rows] [rounds] [variant...]}. */
    static void runCrayfish(List<String> arguments) throws Exception {
        run(arguments, 1_000_000, 3, ScoringVariant.crayfish());
    }

    /** {@code monitoring [rows] [rounds] [variant...]}. */
    static void runMonitoring(List<String> arguments) throws Exception {
        run(
                arguments,
                8_000_000,
                3,
                ScoringVariant.monitoring(),
                ScoringBenchmark::compared,
                ScoringBenchmark::compare);
    }

    private static ScoringVariant compared(String name) {
        var variant = ScoringVariant.named(name);
        if (variant == variant.baseline()) {
            throw new Arguments.BadArgumentException(
                    name + " is what others are compared with; name one of them");
        }
        return variant;
    }

    private static void run(
            List<String> arguments, int allRows, int allRounds, List<ScoringVariant> all)
            throws Exception {
        run(arguments, allRows, allRounds, all, ScoringVariant::named, ScoringBenchmark::measure);
    }

    /** What is done with the variants. */
    @FunctionalInterface
    private interface Task {
        void of(ScoringBenchmark benchmark) throws Exception;
    }

    private static void run(
            List<String> arguments,
            int allRows,
            int allRounds,
            List<ScoringVariant> all,
            Function<String, ScoringVariant> named,
            Task task)
            throws Exception {
        int rows = Arguments.number(arguments, 0, "ROWS", allRows);
        int rounds = Arguments.number(arguments, 1, "ROUNDS", allRounds);
        List<ScoringVariant> variants =
                arguments.size() < 3
                        ? all
                        : arguments.subList(2, arguments.size()).stream().map(named).toList();
        Path folder = Files.createTempDirectory("millrace-bench");
        try (var kafka = LocalKafka.start()) {
            task.of(new ScoringBenchmark(rows, rounds, variants, folder, kafka, kafka.admin()));
        }
        // Left in place when a job has failed: the message names its log there.
        FileUtils.deleteDirectory(folder.toFile());
    }

    private void publish() throws InterruptedException, ExecutionException {
        System.out.printf(
                Locale.ROOT,
                "Kafka -> model -> Kafka, %,d rows, %d rounds, %d cores%n",
                rows,
                rounds,
                Runtime.getRuntime().availableProcessors());
        for (ScoringInput input : inputs()) {
            System.out.printf(
                    Locale.ROOT,
                    "  %s: about %,d bytes a row%n",
                    TypedName.of(input),
                    input.encode(0).length);
            kafka.createTopic(input.topic(), 1);
            input.publish(kafka.bootstrapServers(), rows);
        }
    }

    private void measure() throws Exception {
        publish();
        System.out.println();
        Map<ScoringVariant, List<Cost>> costs = new EnumMap<>(ScoringVariant.class);
        for (int round = 1; round <= rounds; round++) {
            for (ScoringVariant variant : variants) {
                Cost cost = run(variant, round);
                costs.computeIfAbsent(variant, v -> new ArrayList<>()).add(cost);
                System.out.printf(
                        Locale.ROOT,
                        "  round %d  %-28s %6.2f µs CPU/row, and %.2f compiling  %,9.0f rows/s%n",
                        round,
                        variant.title(),
                        cost.jobMicrosPerRow(),
                        cost.compilerMicrosPerRow(),
                        cost.rowsPerSecond());
            }
        }
        report(costs);
    }

    private Set<ScoringInput> inputs() {
        return variants.stream()
                .map(ScoringVariant::input)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(ScoringInput.class)));
    }

    private void report(Map<ScoringVariant, List<Cost>> costs) {
        System.out.printf(
                "%n%-30s %14s %12s %15s %12s %12s%n",
                "median", "job CPU/row", "+ compilers", "broker CPU/row", "rows/s", "of baseline");
        for (ScoringVariant variant : variants) {
            List<Cost> runs = costs.getOrDefault(variant, List.of());
            double job = Median.of(runs, Cost::jobMicrosPerRow);
            double baseline =
                    Median.of(
                            costs.getOrDefault(variant.baseline(), List.of()),
                            Cost::jobMicrosPerRow);
            System.out.printf(
                    Locale.ROOT,
                    "%-30s %11.2f µs %9.2f µs %12.2f µs %,12.0f %12s%n",
                    variant.title(),
                    job,
                    Median.of(runs, Cost::compilerMicrosPerRow),
                    Median.of(runs, Cost::brokerMicrosPerRow),
                    Median.of(runs, Cost::rowsPerSecond),
                    // Where its baseline was not run, there is nothing to say.
                    Double.isNaN(baseline) ? "" : "%.2f x".formatted(job / baseline));
        }
    }

    private Cost run(ScoringVariant variant, int round) throws Exception {
        try (var passes = ScoringPasses.of(variant, round, rows, folder, kafka, admin)) {
            long warmAt = System.nanoTime() + WARM_UP.toNanos();
            do {
                passes.begin();
                passes.await(rows, Duration.ofNanos(Math.max(0, warmAt - System.nanoTime())));
            } while (System.nanoTime() < warmAt);
            passes.begin();
            passes.await((long) (rows * FIRST_ROWS), FIRST);
            Sample before = passes.sample();
            long brokerBefore = ChildJvm.cpuNanos(ProcessHandle.current());
            passes.await(rows, MEASURED);
            Sample after = passes.sample();
            long broker = ChildJvm.cpuNanos(ProcessHandle.current()) - brokerBefore;
            return new Cost(
                    after.jobMicrosPerRow(before),
                    after.compilerMicrosPerRow(before),
                    broker / (double) (after.rows() - before.rows()) / 1e3,
                    after.rowsPerSecond(before));
        }
    }

    /**
     * Each variant beside the one that it is compared with, at the same time over the same rows:
     * what else the machine does then slows both down alike, and small differences show.
     */
    private void compare() throws Exception {
        publish();
        System.out.printf(
                Locale.ROOT,
                "%n%-30s %14s %14s %12s %20s%n",
                "beside its baseline",
                "job CPU/row",
                "baseline's",
                "ratio",
                "in %d windows".formatted(WINDOWS));
        for (ScoringVariant variant : variants) {
            List<Beside> all = new ArrayList<>();
            for (int round = 1; round <= rounds; round++) {
                all.addAll(beside(variant, round));
            }
            if (all.isEmpty()) {
                System.out.printf(
                        Locale.ROOT,
                        "%-30s not measured: all %,d rows were written before; name more ROWS%n",
                        variant.title(),
                        rows);
                continue;
            }
            System.out.printf(
                    Locale.ROOT,
                    "%-30s %11.2f µs %11.2f µs %10.3f x    %.3f to %.3f%n",
                    variant.title(),
                    Median.of(all, Beside::microsPerRow),
                    Median.of(all, Beside::baselineMicrosPerRow),
                    Median.of(all, Beside::ratio),
                    all.stream().mapToDouble(Beside::ratio).min().orElse(Double.NaN),
                    all.stream().mapToDouble(Beside::ratio).max().orElse(Double.NaN));
        }
    }

    private List<Beside> beside(ScoringVariant variant, int round) throws Exception {
        ScoringVariant other = variant.baseline();
        try (var mine = ScoringPasses.of(variant, round, rows, folder, kafka, admin);
                var theirs = ScoringPasses.of(other, round, rows, folder, kafka, admin)) {
            long warmAt = System.nanoTime() + 2 * WARM_UP.toNanos();
            while (System.nanoTime() < warmAt) {
                mine.goOn();
                theirs.goOn();
                mine.await(rows, WINDOW);
            }
            // Whoever begins has the machine for itself for a moment.
            boolean isFirst = round % 2 == 1;
            (isFirst ? mine : theirs).begin();
            (isFirst ? theirs : mine).begin();
            mine.await(rows, FIRST);
            List<Beside> windows = new ArrayList<>();
            Sample before = mine.sample();
            Sample theirsBefore = theirs.sample();
            boolean isOver = false;
            for (int looks = 0; !isOver && windows.size() < WINDOWS; looks++) {
                if (looks == 3 * WINDOWS) {
                    throw mine.stuck();
                }
                isOver = mine.await(rows, WINDOW) || theirs.await(rows, Duration.ZERO);
                Sample now = mine.sample();
                Sample theirsNow = theirs.sample();
                if (now.rows() > before.rows() && theirsNow.rows() > theirsBefore.rows()) {
                    windows.add(
                            new Beside(
                                    now.jobMicrosPerRow(before),
                                    theirsNow.jobMicrosPerRow(theirsBefore)));
                }
                before = now;
                theirsBefore = theirsNow;
            }
            return windows;
        }
    }
}
