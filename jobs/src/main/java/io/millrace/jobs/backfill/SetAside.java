package io.millrace.jobs.backfill;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Rows in a temporary file, to be read once, in the order in which they were added. */
final class SetAside implements Closeable {
    private static final int BLOCK = 1 << 16;

    /** What is done with each row. */
    interface Use {
        void of(TrainingRow row) throws IOException;
    }

    private final Path file;
    private final TrainingRowSerializer serializer = new TrainingRowSerializer();
    private final DataOutputSerializer block = new DataOutputSerializer(2 * BLOCK);
    private final DataOutputStream out;

    SetAside(Path file) throws IOException {
        this.file = file;
        this.out = new DataOutputStream(Files.newOutputStream(file));
    }

    void add(TrainingRow row) throws IOException {
        serializer.serialize(row, block);
        if (block.length() >= BLOCK) {
            writeBlock();
        }
    }

    /** Whole rows, behind their length. */
    private void writeBlock() throws IOException {
        out.writeInt(block.length());
        out.write(block.getSharedBuffer(), 0, block.length());
        block.clear();
    }

    /** Reads them all; no more can be added. */
    void each(Use use) throws IOException {
        writeBlock();
        writeBlock(); // An empty one is the last.
        out.close();
        var rows = new DataInputDeserializer();
        try (var in = new DataInputStream(Files.newInputStream(file))) {
            for (int length = in.readInt(); length > 0; length = in.readInt()) {
                rows.setBuffer(in.readNBytes(length));
                while (rows.available() > 0) {
                    use.of(serializer.deserialize(rows));
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(file);
    }
}
