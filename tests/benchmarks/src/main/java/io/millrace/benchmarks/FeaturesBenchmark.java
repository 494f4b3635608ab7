package io.millrace.benchmarks;

import static io.millrace.benchmarks.FeaturesVariant.FOUR_WINDOWS;
import static io.millrace.benchmarks.FeaturesVariant.HOUR_HEAP;
import static io.millrace.benchmarks.FeaturesVariant.MILLRACE_HEAP;
import static io.millrace.benchmarks.FeaturesVariant.MILLRACE_ROCKSDB;
import static io.millrace.benchmarks.FeaturesVariant.SIXTEEN_WINDOWS;
import static io.millrace.benchmarks.FeaturesVariant.SOURCE;
import static io.millrace.benchmarks.FeaturesVariant.SQL_HEAP;
import static io.millrace.benchmarks.FeaturesVariant.SQL_ROCKSDB;

import io.millrace.benchmarks.FeaturesVariant.Backend;
import io.millrace.benchmarks.FeaturesVariant.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.util.FileUtils;

/**
 * What windowed features cost per transaction and its label, beside the same features as {@code
 * OVER} windows of Flink SQL: each job in a JVM of its own, over the same rows made in its source,
 * one after the other, round after round. CPU time is the job's process once its windows are full
 * and the compiler has had its time. The figures are medians over the rounds, and the ratios
 * compare jobs of the same run, with the cost of source and sink taken off both.
 */
final class FeaturesBenchmark {
    private static final int CUSTOMERS = 1_000;
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration MEASURED = Duration.ofSeconds(8);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(10);

    private final int rounds;
    private final List<FeaturesVariant> variants;
    private final Path folder;
    private final Map<FeaturesVariant, List<Cost>> costs = new EnumMap<>(FeaturesVariant.class);

    private FeaturesBenchmark(int rounds, List<FeaturesVariant> variants, Path folder) {
        this.rounds = rounds;
        this.variants = variants;
        this.folder = folder;
    }

    /** One run's figures. */
    private record Cost(
            double microsPerEvent, double eventsPerSecond, double checkpointBytesPerCustomer) {}

    /** {@code features [rounds] [variant...]}. */
    static void run(List<String> arguments) throws Exception {
        int rounds = Arguments.number(arguments, 0, "ROUNDS", 2);
        List<FeaturesVariant> variants =
                arguments.size() < 2
                        ? List.of(FeaturesVariant.values())
                        : arguments.subList(1, arguments.size()).stream()
                                .map(FeaturesVariant::named)
                                .toList();
        Path folder = Files.createTempDirectory("millrace-bench");
        new FeaturesBenchmark(rounds, variants, folder).measure();
        // Left in place when a job has failed: the message names its log there.
        FileUtils.deleteDirectory(folder.toFile());
    }

    private void measure() throws Exception {
        System.out.printf(
                Locale.ROOT,
                "transactions and labels -> 12 windowed features, %,d customers, %,d terminals, %d"
                        + " rounds, %d cores%n%n",
                CUSTOMERS,
                2 * CUSTOMERS,
                rounds,
                Runtime.getRuntime().availableProcessors());
        for (int round = 1; round <= rounds; round++) {
            for (FeaturesVariant variant : variants) {
                Cost cost = run(variant, round);
                costs.computeIfAbsent(variant, v -> new ArrayList<>()).add(cost);
                System.out.printf(
                        Locale.ROOT,
                        "  round %d  %-38s %8.2f µs CPU/event  %,9.0f events/s%n",
                        round,
                        variant.title(),
                        cost.microsPerEvent(),
                        cost.eventsPerSecond());
            }
        }
        report();
    }

    private Cost run(FeaturesVariant variant, int round) throws Exception {
        String name = variant.typed() + "-" + round;
        Path counter = folder.resolve(name + ".rows");
        Path checkpoints = folder.resolve(name + ".checkpoints");
        RowCount count = RowCount.in(counter);
        List<String> arguments =
                List.of(
                        variant.name(),
                        Integer.toString(CUSTOMERS),
                        counter.toString(),
                        checkpoints.toString());
        try (var job = ChildJvm.start(name, folder, "2g", FeaturesRun.class, arguments)) {
            awaitRows(job, count, 1);
            long warm = System.nanoTime() + WARM_UP.toNanos();
            awaitRows(job, count, variant.traffic(CUSTOMERS).historyRows());
            job.awaitNanoTime(warm);
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
                    measured / ((System.nanoTime() - began) / 1e9),
                    newestCheckpointBytes(checkpoints) / CUSTOMERS);
        } finally {
            FileUtils.deleteDirectory(checkpoints.toFile());
        }
    }

    private static void awaitRows(ChildJvm job, RowCount count, long rows)
            throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (count.read() < rows) {
            if (System.nanoTime() > deadline) {
                throw job.stuck(PATIENCE);
            }
            job.await(POLL);
        }
    }

    /** How much a checkpoint holds by itself: everything, unless it is an increment. */
    private static double newestCheckpointBytes(Path checkpoints) throws IOException {
        try (var files = Files.walk(checkpoints)) {
            var newest =
                    files.filter(file -> file.endsWith("_metadata"))
                            .max(Comparator.comparingLong(file -> file.toFile().lastModified()));
            if (newest.isEmpty()) {
                return Double.NaN;
            }
            try (var parts = Files.list(newest.get().resolveSibling("."))) {
                return parts.mapToLong(part -> part.toFile().length()).sum();
            }
        }
    }

    private void report() {
        System.out.printf(
                "%n%-38s %12s %14s %12s %10s %14s%n",
                "median", "CPU/event", "features alone", "events/s", "of SQL", "state/customer");
        for (FeaturesVariant variant : variants) {
            var runs = runs(variant);
            boolean isWhole = variant.backend() == Backend.HEAP && variant.engine() != Engine.NONE;
            System.out.printf(
                    Locale.ROOT,
                    "%-38s %9.2f µs %11.2f µs %,12.0f %10s %14s%n",
                    variant.title(),
                    Median.of(runs, Cost::microsPerEvent),
                    alone(variant),
                    Median.of(runs, Cost::eventsPerSecond),
                    variant.engine() == Engine.MILLRACE
                            ? times(variant, sql(variant.backend()))
                            : "",
                    isWhole
                            ? "%,.0f B".formatted(Median.of(runs, Cost::checkpointBytesPerCustomer))
                            : "");
        }
        System.out.printf(
                """

                30 days against an hour, at as many rows in each window   %s
                16 windows against 4                                      %s
                RocksDB against SQL OVER on the heap                      %s
                RocksDB against the heap                                  %s
                """,
                times(MILLRACE_HEAP, HOUR_HEAP),
                times(SIXTEEN_WINDOWS, FOUR_WINDOWS),
                times(MILLRACE_ROCKSDB, SQL_HEAP),
                times(MILLRACE_ROCKSDB, MILLRACE_HEAP));
    }

    private static FeaturesVariant sql(Backend backend) {
        return switch (backend) {
            case HEAP -> SQL_HEAP;
            case ROCKSDB, ROCKSDB_HEAP_TIMERS -> SQL_ROCKSDB;
        };
    }

    private List<Cost> runs(FeaturesVariant variant) {
        return costs.getOrDefault(variant, List.of());
    }

    /** CPU per event without what source and sink cost. */
    private double alone(FeaturesVariant variant) {
        return Median.of(runs(variant), Cost::microsPerEvent)
                - Median.of(runs(SOURCE), Cost::microsPerEvent);
    }

    private String times(FeaturesVariant variant, FeaturesVariant other) {
        double ratio = alone(variant) / alone(other);
        return Double.isNaN(ratio) ? "-" : String.format(Locale.ROOT, "%.3f x", ratio);
    }
}
