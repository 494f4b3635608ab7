package io.millrace.features;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * How the pasts of entities were written into a savepoint, and what they keep. Pasts of another
 * layout are {@linkplain PastLayout#adopt adopted}.
 */
public final class EntityPastSerializerSnapshot implements TypeSerializerSnapshot<EntityPast> {
    static final int VERSION = 1;

    private PastLayout layout;

    /** For Flink, which reads the snapshot after making it. */
    public EntityPastSerializerSnapshot() {
        this(new PastLayout(List.of()));
    }

    EntityPastSerializerSnapshot(PastLayout layout) {
        this.layout = layout;
    }

    @Override
    public int getCurrentVersion() {
        return VERSION;
    }

    @Override
    public void writeSnapshot(DataOutputView out) throws IOException {
        out.writeInt(layout.logs().size());
        for (var log : layout.logs()) {
            out.writeUTF(log.stream());
            out.writeInt(log.columns().size());
            for (var column : log.columns()) {
                out.writeUTF(column.name());
                out.writeBoolean(column.isFloating());
            }
        }
    }

    @Override
    public void readSnapshot(int readVersion, DataInputView in, ClassLoader userCodeClassLoader)
            throws IOException {
        if (readVersion != VERSION) {
            throw new IOException(
                    "the savepoint's format of entity pasts is %d; it must be %d"
                            .formatted(readVersion, VERSION));
        }
        var logs = new ArrayList<PastLayout.LogLayout>();
        for (int log = in.readInt(); log > 0; log--) {
            String stream = in.readUTF();
            var columns = new ArrayList<PastLayout.Column>();
            for (int column = in.readInt(); column > 0; column--) {
                columns.add(new PastLayout.Column(in.readUTF(), in.readBoolean()));
            }
            logs.add(new PastLayout.LogLayout(stream, columns));
        }
        layout = new PastLayout(logs);
    }

    @Override
    public TypeSerializer<EntityPast> restoreSerializer() {
        return new EntityPastSerializer(layout);
    }

    @Override
    public TypeSerializerSchemaCompatibility<EntityPast> resolveSchemaCompatibility(
            TypeSerializerSnapshot<EntityPast> oldSerializerSnapshot) {
        if (!(oldSerializerSnapshot instanceof EntityPastSerializerSnapshot old)) {
            return TypeSerializerSchemaCompatibility.incompatible();
        }
        return old.layout.equals(layout)
                ? TypeSerializerSchemaCompatibility.compatibleAsIs()
                : TypeSerializerSchemaCompatibility.compatibleAfterMigration();
    }
}
