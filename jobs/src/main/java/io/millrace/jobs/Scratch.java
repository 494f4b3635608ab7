package io.millrace.jobs;

import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.Sentence;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A folder that is gone when the command has ended, however it ends. */
final class Scratch implements AutoCloseable {
    private static final @Nullable String LAUNCHERS = System.getProperty("millrace.scratch");

    private final Path folder;

    private Scratch(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes one among the process's temporary files.
     *
     * @throws CommandFailure when that cannot be
     */
    static Scratch create(String purpose) {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            var scratch =
                    new Scratch(Files.createTempDirectory(parent, "millrace-" + purpose + "-"));
            scratch.removeAtExit();
            return scratch;
        } catch (IOException e) {
            throw CommandFailure.failed(
                            "no folder can be made in %s (%s); make room, or set TMPDIR to a folder"
                                    + " that can be written",
                            parent, Sentence.of(e))
                    .causedBy(e);
        }
    }

    /**
     * The folder for all temporary files of this process, where the launcher made one: ONNX Runtime
     * and the codecs unpack native code, and leave some of it behind.
     */
    static void removeLaunchersFolder() {
        if (LAUNCHERS != null) {
            new Scratch(Path.of(LAUNCHERS)).removeAtExit();
        }
    }

    /** Copies a file out of the folder, to where it stays. */
    Path keep(Path file) throws IOException {
        Path outermost = LAUNCHERS == null ? folder : Path.of(LAUNCHERS);
        Path kept = outermost.resolveSibling(outermost.getFileName() + "-" + file.getFileName());
        return Files.copy(file, kept, StandardCopyOption.REPLACE_EXISTING);
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        delete();
    }

    private void removeAtExit() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::delete, "scratch"));
    }

    /** What was started may still be deleting its own part; then there is less to do. */
    private synchronized void delete() {
        try {
            if (Files.notExists(folder)) {
                return;
            }
            Files.walkFileTree(
                    folder,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                                throws IOException {
                            Files.deleteIfExists(file);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException e)
                                throws IOException {
                            if (e instanceof NoSuchFileException) {
                                return FileVisitResult.CONTINUE;
                            }
                            throw e;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(Path directory, IOException e)
                                throws IOException {
                            Files.deleteIfExists(directory);
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            System.err.printf("millrace: %s could not be removed: %s%n", folder, Sentence.of(e));
        }
    }
}
