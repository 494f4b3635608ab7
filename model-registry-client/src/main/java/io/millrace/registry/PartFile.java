package io.millrace.registry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/**
 * A file while it is copied: hashed as it is written, and never longer than it must become by more
 * than one byte, which is enough to see that it is too long.
 */
final class PartFile extends OutputStream {
    private final FileChannel channel;
    private final MessageDigest digest = Sha256.algorithm();
    private final long expected;
    private long bytes;

    /**
     * @param expected how many bytes it must become
     */
    PartFile(Path path, long expected) throws IOException {
        this.channel =
                FileChannel.open(
                        path,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING);
        this.expected = expected;
    }

    long expected() {
        return expected;
    }

    long bytes() {
        return bytes;
    }

    /** Whether it is longer than it must be, so that nothing more is taken. */
    boolean isFull() {
        return bytes > expected;
    }

    /** Forgets what was written: the copy starts again. */
    void restart() throws IOException {
        channel.truncate(0);
        channel.position(0);
        digest.reset();
        bytes = 0;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        write(ByteBuffer.wrap(from, offset, length));
    }

    void write(ByteBuffer from) throws IOException {
        var taken = from.duplicate();
        taken.limit(from.position() + (int) Math.min(from.remaining(), expected + 1 - bytes));
        bytes += taken.remaining();
        digest.update(taken.duplicate());
        while (taken.hasRemaining()) {
            channel.write(taken);
        }
    }

    /** The digest of what was written, once it is on the disk. */
    String finish() throws IOException {
        channel.force(true);
        return Sha256.named(digest.digest());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
