package io.millrace.record;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Writes topics as a length and UTF-8. Records come in runs of one topic, so the last name is kept:
 * it is encoded and decoded once, not per record.
 */
final class TopicName implements Serializable {
    private static final long serialVersionUID = 1L;

    private transient @Nullable String name;
    private transient byte @Nullable [] encoded;

    void write(String topic, DataOutputView out) throws IOException {
        byte[] bytes = encoded;
        if (bytes == null || !topic.equals(name)) {
            bytes = topic.getBytes(StandardCharsets.UTF_8);
            encoded = bytes;
            name = topic;
        }
        Varint.writeBytes(bytes, out);
    }

    String read(DataInputView in) throws IOException {
        byte[] bytes = Varint.readBytes(in);
        String topic = name;
        if (topic == null || !Arrays.equals(bytes, encoded)) {
            topic = new String(bytes, StandardCharsets.UTF_8);
            encoded = bytes;
            name = topic;
        }
        return topic;
    }
}
