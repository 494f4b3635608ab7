package io.millrace.source;

import io.millrace.record.Received;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file on its way through, at its next row. It is open only between its first row and its last:
 * of many files that follow each other, one is.
 */
final class FileReading implements Comparable<FileReading>, AutoCloseable {

    /** Opens the file. */
    interface Opening {
        RowFile open() throws IOException;
    }

    private final String name;
    private final int index;
    private final Opening opening;

    private @Nullable RowFile rows;
    private @Nullable Received next;
    private long nextMillis;

    /**
     * Looks at the file's first row.
     *
     * @param index of two files at one instant the lower comes first
     */
    FileReading(String name, int index, Opening opening) {
        this.name = name;
        this.index = index;
        this.opening = opening;
        advance();
        close();
    }

    /** The next row, of which there must be one. */
    Received take() {
        if (rows == null) {
            advance();
        }
        Received taken = Objects.requireNonNull(next);
        advance();
        return taken;
    }

    boolean hasNext() {
        return next != null;
    }

    private void advance() {
        try {
            if (rows == null) {
                rows = opening.open();
            }
            next = rows.next();
            nextMillis = next == null ? Long.MAX_VALUE : next.eventTimeMillis();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public void close() {
        try {
            if (rows != null) {
                rows.close();
                rows = null;
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private UnreadableFileException unreadable(IOException e) {
        return new UnreadableFileException(
                "%s cannot be read to its end: %s".formatted(name, e.getMessage()), e);
    }

    @Override
    public int compareTo(FileReading other) {
        int byTime = Long.compare(nextMillis, other.nextMillis);
        return byTime != 0 ? byTime : Integer.compare(index, other.index);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
