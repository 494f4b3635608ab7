package io.millrace.inference;

import io.millrace.record.Origin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one run of a model is made of, in a file that outlives the process: what is written there
 * before a run is there after a crash, since the memory is the system's. Locked as long as its
 * process lives.
 *
 * <pre>
 * int   rows of the run that is under way; 0 between two runs
 * int   length of the topic's name
 * byte  its UTF-8, up to 249
 * then, from byte 264 on, for each row:
 * int   partition
 * long  offset
 * </pre>
 */
final class RunRecord implements AutoCloseable {
    static final String SUFFIX = ".run";

    /** A system lets go a file's lock when its process closes the file, wherever it opened it. */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private static final Logger LOG = LoggerFactory.getLogger(RunRecord.class);

    private static final int TOPIC_AT = 8;
    private static final int ROWS_AT = 264;
    private static final int ROW_BYTES = Integer.BYTES + Long.BYTES;

    private final Path file;
    private final FileChannel channel;
    private final MappedByteBuffer memory;
    private String topic = "";

    private RunRecord(Path file, FileChannel channel, MappedByteBuffer memory) {
        this.file = file;
        this.channel = channel;
        this.memory = memory;
    }

    /**
     * Opens a record for runs of at most so many rows.
     *
     * @throws UncheckedIOException where the folder cannot be written
     */
    static RunRecord open(Path folder, int mostRows) {
        String name = UUID.randomUUID().toString();
        Path unfinished = folder.resolve(name);
        Path file = folder.resolve(name + SUFFIX);
        try {
            Files.createDirectories(folder);
            var channel =
                    FileChannel.open(
                            unfinished,
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                throw new IOException(unfinished + " is locked by somebody else");
            }
            int bytes = ROWS_AT + mostRows * ROW_BYTES;
            var memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes);
            OWN.add(file);
            // Whoever finds the record finds it locked.
            Files.move(unfinished, file);
            return new RunRecord(file, channel, memory);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "%s must be a folder in which runs can be recorded".formatted(folder), e);
        }
    }

    /** A run over these rows begins. */
    void begin(MicroBatch batch) {
        int rows = batch.rows();
        if (rows == 0) {
            return;
        }
        write(batch.vector(0).origin().topic());
        for (int row = 0; row < rows; row++) {
            Origin origin = batch.vector(row).origin();
            int at = ROWS_AT + row * ROW_BYTES;
            memory.putInt(at, origin.partition());
            memory.putLong(at + Integer.BYTES, origin.offset());
        }
        // Native code follows, from which no crash may find the number without the rows.
        VarHandle.releaseFence();
        memory.putInt(0, rows);
        VarHandle.fullFence();
    }

    private void write(String name) {
        if (!name.equals(topic)) {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            memory.putInt(Integer.BYTES, bytes.length);
            memory.put(TOPIC_AT, bytes);
            topic = name;
        }
    }

    /** The run has come back. */
    void end() {
        VarHandle.releaseFence();
        memory.putInt(0, 0);
    }

    /** A row that was being scored when a process ended. */
    record Row(String topic, int partition, long offset) {}

    /**
     * Keeps under another name what a process left while a run was under way, and deletes what it
     * left between two runs. A record whose process is alive is let be.
     */
    static void claim(Path file, Path kept) throws IOException {
        if (OWN.contains(file)) {
            return;
        }
        try (var channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                return;
            }
            if (rows(Files.readAllBytes(file)).isEmpty()) {
                Files.delete(file);
            } else {
                Files.move(file, kept);
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("{} is of this process", file, e);
        } catch (NoSuchFileException e) {
            LOG.debug("{} was claimed by another process", file, e);
        }
    }

    /** The rows of a record's bytes; none where it was between two runs, or is damaged. */
    static List<Row> rows(byte[] bytes) {
        var record = ByteBuffer.wrap(bytes);
        var rows = new ArrayList<Row>();
        if (bytes.length < ROWS_AT) {
            return rows;
        }
        int count = record.getInt(0);
        int length = record.getInt(Integer.BYTES);
        if (count < 0
                || count > (bytes.length - ROWS_AT) / ROW_BYTES
                || length < 0
                || length > ROWS_AT - TOPIC_AT) {
            return rows;
        }
        String topic = new String(bytes, TOPIC_AT, length, StandardCharsets.UTF_8);
        for (int row = 0; row < count; row++) {
            int at = ROWS_AT + row * ROW_BYTES;
            rows.add(new Row(topic, record.getInt(at), record.getLong(at + Integer.BYTES)));
        }
        return rows;
    }

    /** Deletes the record. */
    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(file);
            OWN.remove(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " could not be deleted", e);
        }
    }
}
