package io.millrace.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.apache.flink.api.common.typeutils.CompositeTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.types.StringValue;
import org.jspecify.annotations.Nullable;

/**
 * Writes an {@link Event} in few bytes: version 1 of the layout.
 *
 * <pre>
 * flags         1 byte    bit 0: a traceparent follows
 * topic         varint length, UTF-8
 * partition     varint
 * offset        varint
 * timestamp     8 bytes   epoch milliseconds
 * traceparent   string, where flagged
 * bytes         varint length, bytes
 * id            string
 * event time    zigzag varint: its distance from the timestamp
 * row           {@link RowDataSerializer}
 * </pre>
 *
 * <p>An event is a value that nobody changes, so a copy is the event itself.
 */
public final class EventSerializer extends TypeSerializer<Event> {
    private static final long serialVersionUID = 1L;

    private static final int TRACED = 1;

    private final RowDataSerializer row;

    // A job reads few topics and a run of records comes from one: its name is encoded and decoded
    // once, not per record.
    private transient @Nullable String topic;
    private transient byte[] topicBytes = new byte[0];

    EventSerializer(RowDataSerializer row) {
        this.row = row;
    }

    @Override
    public void serialize(Event event, DataOutputView out) throws IOException {
        Origin origin = event.origin();
        String traceparent = origin.traceparent();
        out.writeByte(traceparent == null ? 0 : TRACED);
        byte[] encoded = encode(origin.topic());
        Varint.write(encoded.length, out);
        out.write(encoded);
        Varint.write(origin.partition(), out);
        Varint.write(origin.offset(), out);
        out.writeLong(origin.timestampMillis());
        if (traceparent != null) {
            StringValue.writeString(traceparent, out);
        }
        Varint.write(origin.bytes().length, out);
        out.write(origin.bytes());
        StringValue.writeString(event.id(), out);
        Varint.write(Varint.zigzag(event.eventTimeMillis() - origin.timestampMillis()), out);
        row.serialize(event.row(), out);
    }

    @Override
    public Event deserialize(DataInputView in) throws IOException {
        boolean traced = (in.readByte() & TRACED) != 0;
        String from = decode(readBytes(in));
        int partition = (int) Varint.read(in);
        long offset = Varint.read(in);
        long timestampMillis = in.readLong();
        String traceparent = traced ? StringValue.readString(in) : null;
        byte[] bytes = readBytes(in);
        String id = StringValue.readString(in);
        long eventTimeMillis = timestampMillis + Varint.unzigzag(Varint.read(in));
        return new Event(
                new Origin(from, partition, offset, timestampMillis, traceparent, bytes),
                id,
                eventTimeMillis,
                row.deserialize(in));
    }

    @Override
    public void copy(DataInputView in, DataOutputView out) throws IOException {
        int flags = in.readByte();
        out.writeByte(flags);
        copyBytes(in, out);
        Varint.write(Varint.read(in), out);
        Varint.write(Varint.read(in), out);
        out.writeLong(in.readLong());
        if ((flags & TRACED) != 0) {
            StringValue.copyString(in, out);
        }
        copyBytes(in, out);
        StringValue.copyString(in, out);
        Varint.write(Varint.read(in), out);
        row.copy(in, out);
    }

    private byte[] encode(String name) {
        if (!name.equals(topic)) {
            topicBytes = name.getBytes(StandardCharsets.UTF_8);
            topic = name;
        }
        return topicBytes;
    }

    private String decode(byte[] encoded) {
        String known = topic;
        if (known != null && Arrays.equals(encoded, topicBytes)) {
            return known;
        }
        String name = new String(encoded, StandardCharsets.UTF_8);
        topicBytes = encoded;
        topic = name;
        return name;
    }

    private static byte[] readBytes(DataInputView in) throws IOException {
        byte[] bytes = new byte[(int) Varint.read(in)];
        in.readFully(bytes);
        return bytes;
    }

    private static void copyBytes(DataInputView in, DataOutputView out) throws IOException {
        long length = Varint.read(in);
        Varint.write(length, out);
        out.write(in, (int) length);
    }

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public Event copy(Event from) {
        return from;
    }

    @Override
    public Event copy(Event from, Event reuse) {
        return from;
    }

    @Override
    public Event deserialize(Event reuse, DataInputView in) throws IOException {
        return deserialize(in);
    }

    @Override
    public Event createInstance() {
        return new Event(
                new Origin("", 0, 0, 0, null, new byte[0]),
                "",
                0,
                new BinaryRowData(row.getArity()));
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public EventSerializer duplicate() {
        return new EventSerializer((RowDataSerializer) row.duplicate());
    }

    private void readObject(java.io.ObjectInputStream in)
            throws IOException, ClassNotFoundException {
        in.defaultReadObject();
        topicBytes = new byte[0];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EventSerializer that && row.equals(that.row);
    }

    @Override
    public int hashCode() {
        return Objects.hash(EventSerializer.class, row);
    }

    @Override
    public TypeSerializerSnapshot<Event> snapshotConfiguration() {
        return new Snapshot(this);
    }

    /** The layout's version and the row's types; whether two fit is the row's decision. */
    public static final class Snapshot
            extends CompositeTypeSerializerSnapshot<Event, EventSerializer> {
        private static final int VERSION = 1;

        /** For Flink, which then reads the snapshot. */
        public Snapshot() {}

        Snapshot(EventSerializer serializer) {
            super(serializer);
        }

        @Override
        protected int getCurrentOuterSnapshotVersion() {
            return VERSION;
        }

        @Override
        protected TypeSerializer<?>[] getNestedSerializers(EventSerializer outer) {
            return new TypeSerializer<?>[] {outer.row};
        }

        @Override
        protected EventSerializer createOuterSerializerWithNestedSerializers(
                TypeSerializer<?>[] nested) {
            return new EventSerializer((RowDataSerializer) nested[0]);
        }
    }
}
