package io.millrace.jobs;

import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.Sentence;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** A folder that is gone when the command has ended, however it ends. */
final class Scratch implements AutoCloseable {
    private final Path folder;
    private final Thread atExit;

    private Scratch(Path folder) {
        this.folder = folder;
        this.atExit = new Thread(this::delete, "scratch");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Makes one among the system's temporary files.
     *
     * @throws CommandFailure when that cannot be
     */
    static Scratch create(String purpose) {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            return new Scratch(Files.createTempDirectory(parent, "millrace-" + purpose + "-"));
        } catch (IOException e) {
            throw CommandFailure.failed(
                            "no folder can be made in %s (%s); make room or set TMPDIR to a folder"
                                    + " that can be written",
                            parent, Sentence.of(e))
                    .causedBy(e);
        }
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        delete();
    }

    /** What was started may still be deleting its own part; then there is less to do. */
    private synchronized void delete() {
        try {
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
