package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The turn of one writer of a model, among the threads and processes that see its folder. The
 * operating system ends it with the process that had it, so a killed writer stops nobody.
 */
final class WriterLock implements AutoCloseable {
    private static final String FILE = ".lock";
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final long LOOK_MILLIS = 20;

    /** A lock of the operating system is the process's: its threads take turns by this one. */
    private static final ReentrantLock THREADS = new ReentrantLock(true);

    private final FileChannel channel;

    private WriterLock(FileChannel channel) {
        this.channel = channel;
    }

    static WriterLock take(Path folder) throws IOException {
        var deadline = Deadline.in(WAIT);
        try {
            if (!THREADS.tryLock(deadline.leftMillis(), TimeUnit.MILLISECONDS)) {
                throw busy(folder);
            }
        } catch (InterruptedException e) {
            throw Deadline.interrupted(e);
        }
        FileChannel channel = null;
        try {
            channel =
                    FileChannel.open(
                            folder.resolve(FILE),
                            StandardOpenOption.WRITE,
                            StandardOpenOption.CREATE);
            while (channel.tryLock() == null) {
                if (deadline.isPast()) {
                    throw busy(folder);
                }
                deadline.pause(LOOK_MILLIS);
            }
            return new WriterLock(channel);
        } catch (IOException | RuntimeException e) {
            if (channel != null) {
                channel.close();
            }
            THREADS.unlock();
            throw e;
        }
    }

    private static ModelRegistryException busy(Path folder) {
        return new ModelRegistryException(
                Reason.WRITE_FAILED,
                "%s is being written by another for %d s; it must come to an end: look which process has %s open"
                        .formatted(folder, WAIT.toSeconds(), FILE));
    }

    /** Ends the turn; closing the file gives up its lock. */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            THREADS.unlock();
        }
    }
}
