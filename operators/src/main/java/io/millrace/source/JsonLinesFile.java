package io.millrace.source;

import io.millrace.record.Origin;
import io.millrace.record.Received;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** A file with a JSON object per line, decoded as the topic's records are. */
final class JsonLinesFile implements RowFile {
    /** As much as a Kafka topic could be made to take. */
    private static final int MAX_LINE = 1 << 24;

    private final HistoryFile file;
    private final int index;
    private final InputStream in;
    private final RowDecoder decoder;
    private final byte[] chunk = new byte[1 << 16];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int position;
    private int limit;
    private long number;

    JsonLinesFile(HistoryFile file, int index, RowDecoder decoder) throws IOException {
        this.file = file;
        this.index = index;
        this.in = file.open();
        this.decoder = decoder;
    }

    @Override
    public @Nullable Received next() throws IOException {
        while (readLine()) {
            if (line.size() > 0) {
                Origin origin = FileRows.origin(file.name(), index, number);
                Received received =
                        decoder.decode(
                                new Origin(
                                        origin.topic(),
                                        origin.partition(),
                                        origin.offset(),
                                        origin.timestampMillis(),
                                        null,
                                        line.toByteArray()));
                return new Received(
                        origin,
                        received.eventTimeMillis(),
                        received.row(),
                        received.reason(),
                        received.problem());
            }
        }
        return null;
    }

    /** Whether there was one. */
    private boolean readLine() throws IOException {
        line.reset();
        number++;
        boolean isLine = false;
        while (position < limit || fill()) {
            isLine = true;
            int end = position;
            while (end < limit && chunk[end] != '\n') {
                end++;
            }
            line.write(chunk, position, end - position);
            position = end + 1;
            if (end < limit) {
                return true;
            }
            if (line.size() > MAX_LINE) {
                throw new IOException(
                        "line %d is longer than %d bytes".formatted(number, MAX_LINE));
            }
        }
        return isLine;
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(0, in.read(chunk));
        return limit > 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
