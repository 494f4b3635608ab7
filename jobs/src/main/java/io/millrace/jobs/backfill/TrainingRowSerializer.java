package io.millrace.jobs.backfill;

import io.millrace.record.RecordSerializer;
import io.millrace.record.Varint;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Writes a {@link TrainingRow}, which is part of no state.
 *
 * <pre>
 * kind          1 byte
 * event id      string
 * event time    8 bytes
 * entity        string
 * segment       string
 * values        varint count, 8 bytes each
 * label time    8 bytes
 * label         8 bytes
 * </pre>
 */
public final class TrainingRowSerializer extends RecordSerializer<TrainingRow> {
    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(TrainingRow row, DataOutputView out) throws IOException {
        out.writeByte(row.kind().code());
        StringValue.writeString(row.eventId(), out);
        out.writeLong(row.eventTimeMillis());
        StringValue.writeString(row.entity(), out);
        StringValue.writeString(row.segment(), out);
        double[] values = row.values();
        Varint.write(values.length, out);
        for (double value : values) {
            out.writeDouble(value);
        }
        out.writeLong(row.labelTimeMillis());
        out.writeDouble(row.label());
    }

    @Override
    public TrainingRow deserialize(DataInputView in) throws IOException {
        TrainingRow.Kind kind = TrainingRow.Kind.of(in.readByte());
        String eventId = StringValue.readString(in);
        long eventTimeMillis = in.readLong();
        String entity = StringValue.readString(in);
        String segment = StringValue.readString(in);
        double[] values = new double[(int) Varint.read(in)];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readDouble();
        }
        return new TrainingRow(
                kind,
                eventId,
                eventTimeMillis,
                entity,
                segment,
                values,
                in.readLong(),
                in.readDouble());
    }

    @Override
    public TrainingRow createInstance() {
        return TrainingRow.label("", TrainingRow.NO_TIME, Double.NaN);
    }

    @Override
    public TrainingRowSerializer duplicate() {
        return this;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TrainingRowSerializer;
    }

    @Override
    public int hashCode() {
        return TrainingRowSerializer.class.hashCode();
    }

    @Override
    public TypeSerializerSnapshot<TrainingRow> snapshotConfiguration() {
        return new Snapshot();
    }

    /** There is nothing to tell. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<TrainingRow> {

        /** For Flink, which makes a serializer of it. */
        public Snapshot() {
            super(TrainingRowSerializer::new);
        }
    }
}
