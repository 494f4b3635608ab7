package io.millrace.benchmarks;

import io.millrace.benchmarks.LatencyRun.Engine;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.record.ModelUpdate;
import io.millrace.sink.ModelJournal;
import io.millrace.spec.PipelineSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What a stream of rows at half load sees of version after version of its model, beside as long a
 * time with one version, in the same run.
 */
final class SwapBenchmark {
    private static final int SWAPS = 500;
    private static final Duration BETWEEN = Duration.ofMillis(400);

    /** How far ahead of its time a version is announced. */
    private static final Duration AHEAD = Duration.ofSeconds(1);

    private final String model;
    private final Path folder;

    private SwapBenchmark(String model, Path folder) {
        this.model = model;
        this.folder = folder;
    }

    /** {@code swaps [model...]}. */
    static void run(List<String> arguments) throws Exception {
        List<String> models = arguments.isEmpty() ? List.of("card-fraud") : arguments;
        LatencyRuns.each(models, (model, folder) -> new SwapBenchmark(model, folder).measure());
    }

    private void measure() throws Exception {
        var runs = new LatencyRuns(model, folder);
        double most = runs.most();
        double seconds = SWAPS * BETWEEN.toMillis() / 1e3;
        double quiet = LatencyRuns.WARM_UP_SECONDS + seconds;
        Pace pace = Pace.of(most / 2, quiet).then(most / 2, seconds);
        System.out.printf(
                Locale.ROOT,
                "  %d swaps, one every %d ms, at %,.0f rows/s; half of what the stage takes%n",
                SWAPS,
                BETWEEN.toMillis(),
                most / 2);
        Path registry = Files.createDirectories(folder.resolve("registry"));
        var versions = new SwappedVersions(registry, model);
        try (var kafka = LocalKafka.start()) {
            PipelineSpec spec = spec(kafka, registry);
            String topic = spec.output().models();
            kafka.createTopic(topic, 1);
            kafka.createTopic(spec.output().audit(), 1);
            try (var run =
                            runs.start(
                                    Engine.STAGE,
                                    InferenceVariant.TUNED,
                                    pace,
                                    registry,
                                    kafka.bootstrapServers(),
                                    topic);
                    var journal = ModelJournal.open(spec)) {
                run.job().awaitNanoTime(System.nanoTime() + (long) (quiet * 1e9));
                swap(run.job(), versions, journal);
                report(pace, quiet, run.result());
            }
        }
    }

    private static PipelineSpec spec(LocalKafka kafka, Path registry) throws Exception {
        var workload =
                new ScoringWorkload(kafka.bootstrapServers(), "none", "swaps", registry, registry);
        return ScoringRun.spec(ScoringVariant.MILLRACE_MLP, workload);
    }

    private static void swap(ChildJvm job, SwappedVersions versions, ModelJournal journal)
            throws Exception {
        long next = System.nanoTime();
        for (int version = 2; version <= SWAPS + 1; version++) {
            String digest = versions.register(version);
            job.awaitNanoTime(next);
            next += BETWEEN.toNanos();
            long now = System.currentTimeMillis();
            ModelUpdate update = versions.update(version, digest, now + AHEAD.toMillis(), now);
            journal.write(update, SwappedVersions.decision(update));
        }
    }

    private static void report(Pace pace, double quiet, LatencyResult result) {
        double p99 = result.steady().p99();
        System.out.printf(
                Locale.ROOT,
                """
                    %,d rows, %d lost, %d doubled; %d versions, %d of which scored rows of another one's time
                    p99 before: %.1f ms; longest time without an answer: %.1f ms before, %.1f ms while versions swap
                    times longer than twice that p99: %d before, %d while versions swap
                """,
                pace.rows(),
                pace.rows() - result.rows() + result.lost(),
                result.doubled(),
                result.versions(),
                result.misversioned(),
                p99,
                result.longestGapMillis(LatencyRuns.WARM_UP_SECONDS, quiet),
                result.longestGapMillis(quiet, pace.seconds()),
                result.longerGaps(2 * p99, LatencyRuns.WARM_UP_SECONDS, quiet),
                result.longerGaps(2 * p99, quiet, pace.seconds()));
    }
}
