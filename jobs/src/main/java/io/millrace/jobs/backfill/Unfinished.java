package io.millrace.jobs.backfill;

import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.Sentence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The folder in which an output lies until it is whole. */
public final class Unfinished {
    private Unfinished() {}

    /**
     * Makes one on the same disk as the output, so that it need only be renamed.
     *
     * @throws CommandFailure where the output exists, or cannot be made
     */
    public static Path beside(Path output) {
        if (Files.exists(output)) {
            throw CommandFailure.badInput(
                    "%s exists; --output must be a folder that does not", output);
        }
        Path parent = Objects.requireNonNullElse(output.getParent(), output);
        try {
            Files.createDirectories(parent);
            // Not a temporary directory, which only its owner may read.
            Path folder =
                    Files.createDirectory(
                            parent.resolve(
                                    ".%s.unfinished-%d"
                                            .formatted(
                                                    output.getFileName(),
                                                    ProcessHandle.current().pid())));
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> removeQuietly(folder), "unfinished"));
            return folder;
        } catch (IOException e) {
            throw CommandFailure.badInput("--output %s cannot be made (%s)", output, Sentence.of(e))
                    .causedBy(e);
        }
    }

    /** Removes the folder where it is still there. */
    public static void remove(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> found = Files.walk(folder)) {
            files = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }

    private static void removeQuietly(Path folder) {
        try {
            remove(folder);
        } catch (IOException e) {
            System.err.printf("millrace: %s could not be removed: %s%n", folder, Sentence.of(e));
        }
    }
}
