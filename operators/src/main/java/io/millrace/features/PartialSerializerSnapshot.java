package io.millrace.features;

import io.millrace.record.Event;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.CompositeTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** How rows that waited for the watermark were written into a savepoint. */
public final class PartialSerializerSnapshot
        extends CompositeTypeSerializerSnapshot<Partial, PartialSerializer> {
    private static final int VERSION = 1;

    private int width;

    /** For Flink, which reads the snapshot after making it. */
    public PartialSerializerSnapshot() {}

    PartialSerializerSnapshot(PartialSerializer serializer) {
        super(serializer);
        this.width = serializer.width();
    }

    @Override
    protected int getCurrentOuterSnapshotVersion() {
        return VERSION;
    }

    @Override
    protected void writeOuterSnapshot(DataOutputView out) throws IOException {
        out.writeInt(width);
    }

    @Override
    protected void readOuterSnapshot(
            int readOuterSnapshotVersion, DataInputView in, ClassLoader userCodeClassLoader)
            throws IOException {
        width = in.readInt();
    }

    @Override
    protected OuterSchemaCompatibility resolveOuterSchemaCompatibility(
            TypeSerializerSnapshot<Partial> oldSerializerSnapshot) {
        // A row that waits with another number of slots belongs to another feature view.
        return oldSerializerSnapshot instanceof PartialSerializerSnapshot old && old.width == width
                ? OuterSchemaCompatibility.COMPATIBLE_AS_IS
                : OuterSchemaCompatibility.INCOMPATIBLE;
    }

    @Override
    protected TypeSerializer<?>[] getNestedSerializers(PartialSerializer outerSerializer) {
        return new TypeSerializer<?>[] {outerSerializer.events(), outerSerializer.labels()};
    }

    @Override
    @SuppressWarnings("unchecked")
    protected PartialSerializer createOuterSerializerWithNestedSerializers(
            TypeSerializer<?>[] nestedSerializers) {
        return new PartialSerializer(
                (TypeSerializer<Event>) nestedSerializers[0],
                (TypeSerializer<Event>) nestedSerializers[1],
                width);
    }
}
