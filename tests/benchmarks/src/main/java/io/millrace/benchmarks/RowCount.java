package io.millrace.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How many rows a job has made, in a file that the process of the job and the one that measures it
 * both map: counting a row costs one store, and reading costs the job nothing.
 */
final class RowCount {
    private final MappedByteBuffer counter;

    private long rows;

    private RowCount(MappedByteBuffer counter) {
        this.counter = counter;
    }

    static RowCount in(Path file) {
        try (var channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            var counter = channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES);
            return new RowCount((MappedByteBuffer) counter.order(ByteOrder.nativeOrder()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One more, by the only writer. */
    void increment() {
        add(1);
    }

    /** So many more, by the only writer. */
    void add(int more) {
        rows += more;
        counter.putLong(0, rows);
    }

    long read() {
        return counter.getLong(0);
    }
}
