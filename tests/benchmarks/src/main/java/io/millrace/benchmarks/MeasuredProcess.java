package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a program took from its start to its end.
 *
 * @param cpuSeconds of its process, user and system, read from outside
 * @param seconds on the wall
 */
record MeasuredProcess(double cpuSeconds, double seconds) {
    private static final double NANOS = 1e9;
    private static final long LOOK_EVERY_MILLIS = 5;

    /**
     * Runs a program and follows it.
     *
     * @param log where what it says goes
     * @throws IllegalStateException where it ends with anything but 0
     */
    static MeasuredProcess of(List<String> command, Path log)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        var atExit = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(atExit);
        long cpuNanos = 0;
        do {
            // A process that has ended has no time any more: the last look counts.
            cpuNanos =
                    Math.max(
                            cpuNanos,
                            process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L));
        } while (!process.waitFor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS));
        Runtime.getRuntime().removeShutdownHook(atExit);
        if (process.exitValue() != 0) {
            throw new IllegalStateException(
                    "%s has ended with %d; what it said is in %s"
                            .formatted(command.get(0), process.exitValue(), log));
        }
        return new MeasuredProcess(cpuNanos / NANOS, (System.nanoTime() - began) / NANOS);
    }
}
