package io.millrace.features;

import io.millrace.record.RecordSerializer;
import io.millrace.spec.FeaturesSpec.From;
import java.io.IOException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes a {@link Recorded} behind the version of its format; there is one per subtask. */
final class RecordedSerializer extends RecordSerializer<Recorded> {
    private static final long serialVersionUID = 1L;

    private static final int VERSION = 1;

    @Override
    public Recorded createInstance() {
        return Recorded.NONE;
    }

    @Override
    public RecordedSerializer duplicate() {
        return this;
    }

    @Override
    public void serialize(Recorded recorded, DataOutputView target) throws IOException {
        target.writeInt(VERSION);
        target.writeBoolean(recorded.waits());
        target.writeLong(recorded.watermarkMillis());
        target.writeLong(recorded.horizonMillis());
        target.writeLong(recorded.latestMillis());
        target.writeInt(recorded.streams().size());
        for (var entry : recorded.streams().entrySet()) {
            target.writeUTF(entry.getKey().name());
            write(entry.getValue(), target);
        }
    }

    private static void write(Recorded.Stream stream, DataOutputView target) throws IOException {
        target.writeLong(stream.retentionMillis());
        target.writeLong(stream.sinceMillis());
        target.writeInt(stream.columns().size());
        for (var column : stream.columns().entrySet()) {
            target.writeUTF(column.getKey());
            target.writeLong(column.getValue());
        }
    }

    @Override
    public Recorded deserialize(DataInputView source) throws IOException {
        int version = source.readInt();
        if (version != VERSION) {
            throw new IOException(
                    "the savepoint's format of recorded histories is %d; it must be %d"
                            .formatted(version, VERSION));
        }
        boolean waits = source.readBoolean();
        long watermarkMillis = source.readLong();
        long horizonMillis = source.readLong();
        long latestMillis = source.readLong();
        var streams = new EnumMap<From, Recorded.Stream>(From.class);
        for (int stream = source.readInt(); stream > 0; stream--) {
            streams.put(From.valueOf(source.readUTF()), readStream(source));
        }
        return new Recorded(waits, watermarkMillis, horizonMillis, latestMillis, streams);
    }

    private static Recorded.Stream readStream(DataInputView source) throws IOException {
        long retentionMillis = source.readLong();
        long sinceMillis = source.readLong();
        var columns = new LinkedHashMap<String, Long>();
        for (int column = source.readInt(); column > 0; column--) {
            columns.put(source.readUTF(), source.readLong());
        }
        return new Recorded.Stream(retentionMillis, sinceMillis, columns);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RecordedSerializer;
    }

    @Override
    public int hashCode() {
        return RecordedSerializer.class.hashCode();
    }

    @Override
    public TypeSerializerSnapshot<Recorded> snapshotConfiguration() {
        return new RecordedSerializerSnapshot();
    }

    /** For Flink, which makes one of the class's name. */
    public static final class RecordedSerializerSnapshot
            extends SimpleTypeSerializerSnapshot<Recorded> {

        /** A snapshot of the one serializer that there is. */
        public RecordedSerializerSnapshot() {
            super(RecordedSerializer::new);
        }
    }
}
