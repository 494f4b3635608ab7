package io.millrace.features;

import io.millrace.spec.ColumnSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;

/**
 * How rows that waited for the watermark were written into a savepoint: their features and columns.
 * Rows of another layout are {@linkplain PartialLayout#adopt adopted}.
 */
public final class PartialSerializerSnapshot implements TypeSerializerSnapshot<Partial> {
    private static final int VERSION = 1;

    private PartialLayout layout;

    /** For Flink, which reads the snapshot after making it. */
    public PartialSerializerSnapshot() {
        this(new PartialLayout(List.of(), List.of(), List.of()));
    }

    PartialSerializerSnapshot(PartialLayout layout) {
        this.layout = layout;
    }

    @Override
    public int getCurrentVersion() {
        return VERSION;
    }

    @Override
    public void writeSnapshot(DataOutputView out) throws IOException {
        out.writeInt(layout.slots().size());
        for (String slot : layout.slots()) {
            out.writeUTF(slot);
        }
        writeColumns(layout.events(), out);
        writeColumns(layout.labels(), out);
    }

    private static void writeColumns(List<ColumnSpec> columns, DataOutputView out)
            throws IOException {
        out.writeInt(columns.size());
        for (ColumnSpec column : columns) {
            out.writeUTF(column.name());
            out.writeUTF(column.type().asSerializableString());
        }
    }

    @Override
    public void readSnapshot(int readVersion, DataInputView in, ClassLoader classLoader)
            throws IOException {
        if (readVersion != VERSION) {
            throw new IOException(
                    "the savepoint's format of waiting rows is %d; it must be %d"
                            .formatted(readVersion, VERSION));
        }
        var slots = new ArrayList<String>();
        for (int slot = in.readInt(); slot > 0; slot--) {
            slots.add(in.readUTF());
        }
        layout =
                new PartialLayout(
                        slots, readColumns(in, classLoader), readColumns(in, classLoader));
    }

    private static List<ColumnSpec> readColumns(DataInputView in, ClassLoader classLoader)
            throws IOException {
        var columns = new ArrayList<ColumnSpec>();
        for (int column = in.readInt(); column > 0; column--) {
            columns.add(
                    new ColumnSpec(
                            in.readUTF(), LogicalTypeParser.parse(in.readUTF(), classLoader)));
        }
        return columns;
    }

    @Override
    public TypeSerializer<Partial> restoreSerializer() {
        return PartialSerializer.restored(layout);
    }

    /**
     * @throws SuppressRestartsException where waiting rows cannot be adopted: a restart would find
     *     the same savepoint
     */
    @Override
    public TypeSerializerSchemaCompatibility<Partial> resolveSchemaCompatibility(
            TypeSerializerSnapshot<Partial> oldSerializerSnapshot) {
        if (!(oldSerializerSnapshot instanceof PartialSerializerSnapshot old)) {
            return TypeSerializerSchemaCompatibility.incompatible();
        }
        if (old.layout.equals(layout)) {
            return TypeSerializerSchemaCompatibility.compatibleAsIs();
        }
        String refusal = layout.refusalOf(old.layout);
        if (refusal != null) {
            throw new SuppressRestartsException(new IllegalArgumentException(refusal));
        }
        return TypeSerializerSchemaCompatibility.compatibleAfterMigration();
    }
}
