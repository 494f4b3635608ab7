package io.millrace.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.util.FileUtils;

/** A JVM for one job alone, whose CPU time is read from outside. */
final class ChildJvm implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(10);

    private final String name;
    private final Path log;
    private final Path temporary;
    private final Process process;

    /** A benchmark that is terminated leaves no job behind that goes on for ever. */
    private final Thread atExit;

    private ChildJvm(String name, Path log, Path temporary, Process process) {
        this.name = name;
        this.log = log;
        this.temporary = temporary;
        this.process = process;
        this.atExit = new Thread(process::destroyForcibly);
    }

    /**
     * Starts {@code main} with the class path and flags of the benchmarks.
     *
     * @param name what messages call it
     * @param folder where its log and its temporary files go
     * @param heap the size of its heap, as {@code -Xmx} takes it
     */
    static ChildJvm start(
            String name, Path folder, String heap, Class<?> main, List<String> arguments)
            throws IOException {
        Path log = folder.resolve(name + ".log");
        Path temporary = Files.createDirectory(folder.resolve(name + ".tmp"));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xms" + heap, "-Xmx" + heap, "-XX:+UseParallelGC"));
        // A compiler thread that ends takes its CPU time with it.
        command.add("-XX:-UseDynamicNumberOfCompilerThreads");
        command.add("-Djava.io.tmpdir=" + temporary);
        command.addAll(List.of("@" + property("millrace.arguments"), main.getName()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command);
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        builder.redirectErrorStream(true);
        builder.redirectOutput(log.toFile());
        var child = new ChildJvm(name, log, temporary, builder.start());
        Runtime.getRuntime().addShutdownHook(child.atExit);
        return child;
    }

    static String property(String name) {
        return Objects.requireNonNull(System.getProperty(name), name);
    }

    /** Says a line to it. */
    void tell(String line) throws IOException {
        Writer to = process.outputWriter();
        to.write(line + "\n");
        to.flush();
    }

    /** The CPU time that a process has used so far. */
    static long cpuNanos(ProcessHandle process) {
        return process.info()
                .totalCpuDuration()
                .map(Duration::toNanos)
                .orElseThrow(
                        () ->
                                new UncheckedIOException(
                                        new IOException(
                                                "this system does not tell a process's CPU time")));
    }

    long cpuNanos() {
        return cpuNanos(process.toHandle());
    }

    /**
     * The CPU time that its JIT compilers have used so far, as Linux counts it by threads; {@code
     * NaN} elsewhere.
     */
    double compilerNanos() throws IOException {
        Path threads = Path.of("/proc", Long.toString(process.pid()), "task");
        if (!Files.isDirectory(threads)) {
            return Double.NaN;
        }
        double nanos = 0;
        try (Stream<Path> all = Files.list(threads)) {
            for (Path thread : (Iterable<Path>) all::iterator) {
                nanos += compilerNanos(thread);
            }
        }
        return nanos;
    }

    private static double compilerNanos(Path thread) throws IOException {
        try {
            String name = Files.readString(thread.resolve("comm"));
            if (!name.startsWith("C1 Comp") && !name.startsWith("C2 Comp")) {
                return 0;
            }
            // Nanoseconds on a processor, nanoseconds waiting for one, times on one.
            String schedule = Files.readString(thread.resolve("schedstat"));
            return Double.parseDouble(schedule.substring(0, schedule.indexOf(' ')));
        } catch (IOException e) {
            if (Files.exists(thread)) {
                throw e;
            }
            // It has ended meanwhile.
            return 0;
        }
    }

    /**
     * Waits, since what is being measured changes slowly.
     *
     * @throws IllegalStateException when the job has ended
     */
    void await(Duration pause) throws InterruptedException {
        if (process.waitFor(pause.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException(
                    "The job of %s has ended with %d; its log is %s"
                            .formatted(name, process.exitValue(), log));
        }
    }

    /** Waits until that {@link System#nanoTime}. */
    void awaitNanoTime(long nanos) throws InterruptedException {
        while (System.nanoTime() < nanos) {
            await(POLL);
        }
    }

    /**
     * Waits until the job has ended by itself.
     *
     * @throws IllegalStateException where it fails, or takes longer
     */
    void awaitEnd(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw stuck(patience);
        }
        if (process.exitValue() != 0) {
            await(Duration.ZERO);
        }
    }

    IllegalStateException stuck(Duration patience) {
        return new IllegalStateException(
                "The job of %s wrote nothing for %s; its log is %s".formatted(name, patience, log));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.destroyForcibly();
        process.waitFor();
        Runtime.getRuntime().removeShutdownHook(atExit);
        FileUtils.deleteDirectory(temporary.toFile());
    }
}
