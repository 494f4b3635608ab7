package io.millrace.record;

import java.io.IOException;
import java.util.Objects;
import org.apache.flink.api.common.typeutils.CompositeTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.types.StringValue;

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
 */
public final class EventSerializer extends RecordSerializer<Event> {
    private static final long serialVersionUID = 1L;

    private static final int TRACED = 1;

    private final RowDataSerializer row;

    private final TopicName topic = new TopicName();

    EventSerializer(RowDataSerializer row) {
        this.row = row;
    }

    @Override
    public void serialize(Event event, DataOutputView out) throws IOException {
        Origin origin = event.origin();
        String traceparent = origin.traceparent();
        out.writeByte(traceparent == null ? 0 : TRACED);
        topic.write(origin.topic(), out);
        Varint.write(origin.partition(), out);
        Varint.write(origin.offset(), out);
        out.writeLong(origin.timestampMillis());
        if (traceparent != null) {
            StringValue.writeString(traceparent, out);
        }
        Varint.writeBytes(origin.bytes(), out);
        StringValue.writeString(event.id(), out);
        Varint.write(Varint.zigzag(event.eventTimeMillis() - origin.timestampMillis()), out);
        row.serialize(event.row(), out);
    }

    @Override
    public Event deserialize(DataInputView in) throws IOException {
        boolean traced = (in.readByte() & TRACED) != 0;
        String from = topic.read(in);
        int partition = (int) Varint.read(in);
        long offset = Varint.read(in);
        long timestampMillis = in.readLong();
        String traceparent = traced ? StringValue.readString(in) : null;
        byte[] bytes = Varint.readBytes(in);
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

    private static void copyBytes(DataInputView in, DataOutputView out) throws IOException {
        long length = Varint.read(in);
        Varint.write(length, out);
        out.write(in, (int) length);
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
    public EventSerializer duplicate() {
        return new EventSerializer((RowDataSerializer) row.duplicate());
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
