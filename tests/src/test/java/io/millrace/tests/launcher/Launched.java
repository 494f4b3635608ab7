package io.millrace.tests.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.tests.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A run of {@code ./millrace} as a person starts it, in a process of its own. */
final class Launched implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /**
     * A shell that was itself started in the background ignores Ctrl-C, and so does all that it
     * starts; only Perl can undo that with what every system has.
     */
    private static final List<String> HEARING_INTERRUPTS =
            List.of("perl", "-e", "$SIG{INT} = 'DEFAULT'; exec @ARGV");

    private final Process process;
    private final Path out;

    private Launched(Process process, Path out) {
        this.process = process;
        this.out = out;
    }

    /**
     * Starts it.
     *
     * @param folder its working directory, which also gets its output and its temporary files
     */
    static Launched start(Path folder, Map<String, String> environment, String... arguments) {
        try {
            Path out = Files.createTempFile(folder, "out-", ".txt");
            Path temporary = Files.createDirectories(folder.resolve("tmp"));
            var command = new ArrayList<String>(HEARING_INTERRUPTS);
            command.add(Repository.path("millrace").toString());
            command.addAll(List.of(arguments));
            var builder =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(out.toFile());
            builder.environment().put("TMPDIR", temporary.toString());
            builder.environment().put("NO_COLOR", "1");
            builder.environment().remove("KAFKA_BOOTSTRAP_SERVERS");
            builder.environment().putAll(environment);
            return new Launched(builder.start(), out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs it to its end. */
    static Launched run(Path folder, String... arguments) {
        var launched = start(folder, Map.of(), arguments);
        launched.exitCode();
        return launched;
    }

    int exitCode() {
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("it has not ended:%n%s", output())
                    .isTrue();
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What it has said, on both streams. */
    String output() {
        try {
            return Files.readString(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitOutput(String text) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> output().contains(text) || !process.isAlive());
        assertThat(output()).contains(text);
    }

    /** As Ctrl-C does. */
    void interrupt() {
        try {
            var kill =
                    new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                            .redirectErrorStream(true)
                            .start();
            String said = new String(kill.getInputStream().readAllBytes(), UTF_8);
            assertThat(kill.waitFor()).as(said).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
