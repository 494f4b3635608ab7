package io.millrace.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes an {@link Outgoing}, which crosses from every encoder to the sink and is part of no state.
 *
 * <pre>
 * topic         varint length, UTF-8
 * key, value    varint length, bytes
 * traceparent   varint length, UTF-8; empty where there is none
 * </pre>
 */
public final class OutgoingSerializer extends RecordSerializer<Outgoing> {
    private static final long serialVersionUID = 1L;

    private static final byte[] NONE = new byte[0];

    private final TopicName topic = new TopicName();

    @Override
    public void serialize(Outgoing outgoing, DataOutputView out) throws IOException {
        String traceparent = outgoing.traceparent();
        topic.write(outgoing.topic(), out);
        Varint.writeBytes(outgoing.key(), out);
        Varint.writeBytes(outgoing.value(), out);
        Varint.writeBytes(
                traceparent == null ? NONE : traceparent.getBytes(StandardCharsets.UTF_8), out);
    }

    @Override
    public Outgoing deserialize(DataInputView in) throws IOException {
        String to = topic.read(in);
        byte[] key = Varint.readBytes(in);
        byte[] value = Varint.readBytes(in);
        byte[] traceparent = Varint.readBytes(in);
        return new Outgoing(
                to,
                key,
                value,
                traceparent.length == 0 ? null : new String(traceparent, StandardCharsets.UTF_8));
    }

    @Override
    public Outgoing createInstance() {
        return new Outgoing("", NONE, NONE, null);
    }

    @Override
    public OutgoingSerializer duplicate() {
        return new OutgoingSerializer();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OutgoingSerializer;
    }

    @Override
    public int hashCode() {
        return OutgoingSerializer.class.hashCode();
    }

    @Override
    public TypeSerializerSnapshot<Outgoing> snapshotConfiguration() {
        return new Snapshot();
    }

    /** There is one layout. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Outgoing> {
        public Snapshot() {
            super(OutgoingSerializer::new);
        }
    }
}
