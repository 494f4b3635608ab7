package io.millrace.features;

import io.millrace.record.Varint;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes an {@link EntityPast}: when it expires, then each log as its number of rows, and each row
 * as the time since the one before and its values; integers in as few bytes as they need.
 *
 * <p>The format is version {@value EntityPastSerializerSnapshot#VERSION}, which stands in the
 * serializer's snapshot and not in each past.
 */
final class EntityPastSerializer extends TypeSerializer<EntityPast> {
    private static final long serialVersionUID = 1L;

    private final PastLayout layout;

    EntityPastSerializer(PastLayout layout) {
        this.layout = layout;
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public TypeSerializer<EntityPast> duplicate() {
        return this;
    }

    @Override
    public EntityPast createInstance() {
        return layout.nothing();
    }

    @Override
    public EntityPast copy(EntityPast from) {
        return from.copy();
    }

    @Override
    public EntityPast copy(EntityPast from, EntityPast reuse) {
        return from.copy();
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public void serialize(EntityPast written, DataOutputView target) throws IOException {
        EntityPast past = layout.adopt(written);
        target.writeLong(past.expiryMillis());
        for (int i = 0; i < past.logs(); i++) {
            write(past.log(i), target);
        }
    }

    @Override
    public EntityPast deserialize(DataInputView source) throws IOException {
        long expiryMillis = source.readLong();
        var logs = new RowLog[layout.logs().size()];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = read(layout.logs().get(i).floating(), source);
        }
        var past = new EntityPast(layout, logs);
        past.expiresAt(expiryMillis);
        return past;
    }

    @Override
    public EntityPast deserialize(EntityPast reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        serialize(deserialize(source), target);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EntityPastSerializer that && layout.equals(that.layout);
    }

    @Override
    public int hashCode() {
        return layout.hashCode();
    }

    @Override
    public TypeSerializerSnapshot<EntityPast> snapshotConfiguration() {
        return new EntityPastSerializerSnapshot(layout);
    }

    private static void write(RowLog log, DataOutputView target) throws IOException {
        Varint.write(log.size(), target);
        long before = 0;
        for (int row = log.first(); row < log.end(); row++) {
            long timeMillis = log.timeMillis(row);
            Varint.write(Varint.zigzag(timeMillis - before), target);
            before = timeMillis;
            for (int column = 0; column < log.columns(); column++) {
                long value = log.value(row, column);
                if (log.isFloating(column)) {
                    target.writeLong(value);
                } else {
                    Varint.write(Varint.zigzag(value), target);
                }
            }
        }
    }

    private static RowLog read(boolean[] floating, DataInputView source) throws IOException {
        int rows = Math.toIntExact(Varint.read(source));
        var log = new RowLog(floating, rows);
        long[] values = new long[floating.length];
        long timeMillis = 0;
        for (int row = 0; row < rows; row++) {
            timeMillis += Varint.unzigzag(Varint.read(source));
            for (int column = 0; column < values.length; column++) {
                values[column] =
                        floating[column] ? source.readLong() : Varint.unzigzag(Varint.read(source));
            }
            log.insert(timeMillis, values);
        }
        return log;
    }
}
