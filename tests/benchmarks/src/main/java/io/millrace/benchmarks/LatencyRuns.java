package io.millrace.benchmarks;

import io.millrace.benchmarks.LatencyRun.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.util.FileUtils;

/** The runs of one model's latency benchmarks, each a job in a JVM of its own. */
final class LatencyRuns {
    /** After so long, what runs is compiled. */
    static final double WARM_UP_SECONDS = 15;

    private static final double MEASURED_SECONDS = 15;

    private final String model;
    private final Path folder;
    private int started;

    /**
     * @param folder for logs, results and temporary files
     */
    LatencyRuns(String model, Path folder) {
        this.model = model;
        this.folder = folder;
    }

    /** What is measured of a model. */
    interface Measurement {
        void of(String model, Path folder) throws Exception;
    }

    /** Measures one model after the other, each in a folder of its own. */
    static void each(List<String> models, Measurement measurement) throws Exception {
        for (String model : models) {
            Path folder = Files.createTempDirectory("millrace-bench");
            System.out.printf("%s%n", model);
            measurement.of(model, folder);
            // Left in place when a job has failed: the message names its log there.
            FileUtils.deleteDirectory(folder.toFile());
        }
    }

    static double seconds() {
        return WARM_UP_SECONDS + MEASURED_SECONDS;
    }

    /** The rows per second that the stage, tuned, takes at most. */
    double most() throws Exception {
        return run(Engine.STAGE, InferenceVariant.TUNED, Pace.unlimited(seconds()))
                .rowsPerSecond(WARM_UP_SECONDS, seconds());
    }

    LatencyResult run(Engine engine, int rows, Pace pace) throws Exception {
        try (Started run = start(engine, rows, pace, Models.registryOf(model), "", "")) {
            return run.result();
        }
    }

    /**
     * Starts a run whose versions are announced in a topic; there are none where it is empty.
     *
     * @param registry the directory registry that has the model
     */
    Started start(
            Engine engine,
            int rows,
            Pace pace,
            Path registry,
            String bootstrapServers,
            String announcements)
            throws IOException {
        String name = "run-" + started++;
        Path result = folder.resolve(name + ".result");
        var arguments =
                List.of(
                        engine.name(),
                        Integer.toString(rows),
                        pace.toString(),
                        Double.toString(WARM_UP_SECONDS),
                        registry.toString(),
                        model,
                        folder.resolve("models").toString(),
                        result.toString(),
                        bootstrapServers,
                        announcements);
        var job = ChildJvm.start(name, folder, "2g", LatencyRun.class, arguments);
        // Twice as long as the rows take, and a minute for the process.
        Duration patience = Duration.ofSeconds(60 + (long) (2 * pace.seconds()));
        return new Started(job, result, patience);
    }

    /** A run that is under way. */
    record Started(ChildJvm job, Path file, Duration patience) implements AutoCloseable {
        /** Waits for its end. */
        LatencyResult result() throws IOException, InterruptedException {
            job.awaitEnd(patience);
            return LatencyResult.read(file);
        }

        @Override
        public void close() throws IOException, InterruptedException {
            job.close();
        }
    }
}
