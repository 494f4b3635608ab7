package io.millrace.jobs.models;

import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.Sentence;
import io.millrace.registry.ModelVersion;
import io.millrace.registry.RegistryAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a version, scores its golden rows and some more in a process of its own, before anything
 * relies on it: a damaged model may take all memory, never come back, or take its process down.
 */
public final class ModelTrial {
    /** A minute and two gigabytes. */
    public static final ModelTrial STANDARD = new ModelTrial(Duration.ofMinutes(1), 2L << 30);

    private static final String MAIN = "io.millrace.jobs.Millrace";

    /** What the launcher's sentences begin with. */
    private static final String SAID = "millrace: ";

    private static final Logger LOG = LoggerFactory.getLogger(ModelTrial.class);

    private static final String RESIDENT = "VmRSS:";
    private static final long KILOBYTE = 1024;
    private static final long MEGABYTE = 1024 * KILOBYTE;

    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final Duration time;
    private final long bytes;

    /**
     * A trial.
     *
     * @param time how long it may take
     * @param bytes how much memory its process may take
     */
    public ModelTrial(Duration time, long bytes) {
        this.time = time;
        this.bytes = bytes;
    }

    /**
     * Tries a version.
     *
     * @param cache where checked copies of model files are kept
     * @throws CommandFailure why it must not serve
     */
    public void run(RegistryAddress registry, ModelVersion version, Path cache)
            throws InterruptedException {
        Path said = null;
        Process process = null;
        try {
            said = Files.createTempFile("millrace-trial-", ".txt");
            process = start(command(registry, version, cache), said);
            String excess = awaitEnd(process);
            if (excess != null) {
                throw CommandFailure.failed("%s %s when it is tried", version, excess);
            }
            if (process.exitValue() != 0) {
                throw CommandFailure.failed("%s", why(version, process.exitValue(), said));
            }
        } catch (IOException e) {
            throw CommandFailure.failed("%s could not be tried: %s", version, Sentence.of(e))
                    .causedBy(e);
        } finally {
            end(process);
            remove(said);
        }
    }

    private static Process start(List<String> command, Path said) throws IOException {
        var builder = new ProcessBuilder(command);
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        return builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
    }

    private static List<String> command(
            RegistryAddress registry, ModelVersion version, Path cache) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        command.addAll(List.of("try-model", "--registry", registry.location()));
        add(command, "--credentials", registry.credentials());
        add(command, "--signed-by", registry.signedBy());
        command.addAll(List.of("--cache", cache.toString()));
        command.addAll(List.of(version.name(), version.version(), version.digest()));
        return command;
    }

    private static void add(List<String> command, String option, @Nullable String value) {
        if (value != null) {
            command.addAll(List.of(option, value));
        }
    }

    /** What it takes too much of, or null where it has ended by itself. */
    private @Nullable String awaitEnd(Process process) throws InterruptedException, IOException {
        long beganNanos = System.nanoTime();
        while (!process.waitFor(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
            if (System.nanoTime() - beganNanos > time.toNanos()) {
                return "has not answered after %d s".formatted(time.toSeconds());
            }
            if (residentBytes(process.pid()) > bytes) {
                return "takes over %,d MB of memory".formatted(bytes / MEGABYTE);
            }
        }
        return null;
    }

    /** How much memory a process holds; 0 where the system does not say. */
    private static long residentBytes(long pid) throws IOException, InterruptedException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (Files.exists(Path.of("/proc/self/status"))) {
            // It may end between the look and the reading.
            return Files.exists(status) ? kilobytes(linesOf(status), RESIDENT) * KILOBYTE : 0;
        }
        Process ps =
                new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(pid))
                        .redirectErrorStream(true)
                        .start();
        var said = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        ps.waitFor();
        return kilobytes(List.of(RESIDENT + said), RESIDENT) * KILOBYTE;
    }

    private static List<String> linesOf(Path status) {
        try {
            return Files.readAllLines(status);
        } catch (IOException e) {
            // Ended while it was read.
            return List.of();
        }
    }

    private static long kilobytes(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).replaceAll("[^0-9]", ""))
                .filter(digits -> !digits.isEmpty())
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }

    private static String why(ModelVersion version, int exitValue, Path said) throws IOException {
        for (String line : Files.readAllLines(said)) {
            if (line.startsWith(SAID)) {
                return line.substring(SAID.length());
            }
        }
        return "%s takes its process down when it is tried (exit code %d)"
                .formatted(version, exitValue);
    }

    private static void end(@Nullable Process process) throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    private static void remove(@Nullable Path said) {
        try {
            if (said != null) {
                Files.deleteIfExists(said);
            }
        } catch (IOException e) {
            LOG.warn("{} stays behind", said, e);
        }
    }
}
