package io.millrace.benchmarks;

import io.millrace.jobs.local.LocalKafka;
import java.io.IOException;
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
import java.util.stream.Collectors;
import org.apache.flink.util.FileUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

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
    private static final Duration POLL = Duration.ofMillis(10);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

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

    /** One run's figures. */
    private record Cost(
            double allMicrosPerRow,
            double compilerMicrosPerRow,
            double brokerMicrosPerRow,
            double rowsPerSecond) {

        /** What the job takes once all is compiled. */
        double jobMicrosPerRow() {
            return allMicrosPerRow
                    - (Double.isNaN(compilerMicrosPerRow) ? 0 : compilerMicrosPerRow);
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

    /** {@code monitoring [rows] [rounds]}. */
    static void runMonitoring(List<String> arguments) throws Exception {
        run(arguments, 8_000_000, 3, ScoringVariant.monitoring());
    }

    private static void run(
            List<String> arguments, int allRows, int allRounds, List<ScoringVariant> all)
            throws Exception {
        int rows = arguments.isEmpty() ? allRows : Integer.parseInt(arguments.get(0));
        int rounds = arguments.size() < 2 ? allRounds : Integer.parseInt(arguments.get(1));
        List<ScoringVariant> variants =
                arguments.size() < 3
                        ? all
                        : arguments.subList(2, arguments.size()).stream()
                                .map(ScoringVariant::named)
                                .toList();
        Path folder = Files.createTempDirectory("millrace-bench");
        try (var kafka = LocalKafka.start()) {
            new ScoringBenchmark(rows, rounds, variants, folder, kafka, kafka.admin()).measure();
        }
        // Left in place when a job has failed: the message names its log there.
        FileUtils.deleteDirectory(folder.toFile());
    }

    private void measure() throws Exception {
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
            createTopic(input.topic());
            input.publish(kafka.bootstrapServers(), rows);
        }
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
        String run = "bench-" + variant.typed() + "-" + round;
        try (var job = start(variant, run)) {
            long warmAt = System.nanoTime() + WARM_UP.toNanos();
            int pass = 0;
            do {
                String output = begin(job, variant, run, ++pass);
                long left = warmAt - System.nanoTime();
                awaitRows(job, output, rows, Duration.ofNanos(Math.max(0, left)));
                admin.deleteTopics(variant.outputTopics(output)).all().get();
            } while (System.nanoTime() < warmAt);
            String output = begin(job, variant, run, ++pass);
            try {
                return measured(job, output);
            } finally {
                admin.deleteTopics(variant.outputTopics(output)).all().get();
            }
        }
    }

    /** The output of a pass that has begun. */
    private String begin(ChildJvm job, ScoringVariant variant, String run, int pass)
            throws Exception {
        String output = run + "-" + pass;
        for (String topic : variant.outputTopics(output)) {
            createTopic(topic);
        }
        job.tell(output);
        awaitRows(job, output, 1, PATIENCE);
        return output;
    }

    private Cost measured(ChildJvm job, String output) throws Exception {
        awaitRows(job, output, (long) (rows * FIRST_ROWS), FIRST);
        long rowsBefore = endOffset(output);
        long nanosBefore = System.nanoTime();
        long jobBefore = job.cpuNanos();
        double compilersBefore = job.compilerNanos();
        long brokerBefore = ChildJvm.cpuNanos(ProcessHandle.current());
        awaitRows(job, output, rows, MEASURED);
        double measured = endOffset(output) - rowsBefore;
        if (measured == 0) {
            throw job.stuck(MEASURED);
        }
        return new Cost(
                (job.cpuNanos() - jobBefore) / measured / 1e3,
                (job.compilerNanos() - compilersBefore) / measured / 1e3,
                (ChildJvm.cpuNanos(ProcessHandle.current()) - brokerBefore) / measured / 1e3,
                measured / ((System.nanoTime() - nanosBefore) / 1e9));
    }

    private ChildJvm start(ScoringVariant variant, String run) throws IOException {
        return ChildJvm.start(
                run,
                folder,
                "1g",
                ScoringRun.class,
                List.of(
                        variant.name(),
                        kafka.bootstrapServers(),
                        variant.input().topic(),
                        Models.registryOf(variant.model()).toString(),
                        folder.resolve("models").toString()));
    }

    /** Waits until the topic holds so many rows, or for so long. */
    private void awaitRows(ChildJvm job, String topic, long target, Duration atMost)
            throws Exception {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (endOffset(topic) < target && System.nanoTime() < deadline) {
            job.await(POLL);
        }
    }

    private long endOffset(String topic) throws InterruptedException, ExecutionException {
        var partition = new TopicPartition(topic, 0);
        return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .get()
                .offset();
    }

    private void createTopic(String topic) throws InterruptedException, ExecutionException {
        kafka.createTopic(topic, 1);
    }
}
