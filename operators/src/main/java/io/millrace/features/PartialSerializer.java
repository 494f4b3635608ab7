package io.millrace.features;

import io.millrace.record.Event;
import io.millrace.record.Varint;
import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes a {@link Partial}: what it is, the row by its own stream's serializer, and of an event the
 * known values only, behind a mask of one bit per slot.
 *
 * <pre>
 * flags     1 byte    bit 0: a label; bit 1: marked slots follow the values
 * row       {@link io.millrace.record.EventSerializer}
 * values    for each eight slots a mask and what is known of them, 8 bytes each
 * warming   varint count, varint each
 * </pre>
 */
final class PartialSerializer extends TypeSerializer<Partial> {
    private static final long serialVersionUID = 1L;

    private static final int LABEL = 1;
    private static final int WARMING = 2;

    private final PartialLayout layout;
    private final TypeSerializer<Event> events;
    private final TypeSerializer<Event> labels;

    /** Whether what it reads comes from a savepoint, whose features may be others. */
    private final boolean isRestored;

    PartialSerializer(PartialLayout layout) {
        this(layout, false);
    }

    private PartialSerializer(PartialLayout layout, boolean isRestored) {
        var config = new SerializerConfigImpl();
        this.layout = layout;
        this.events = layout.eventType().createSerializer(config);
        this.labels = layout.labelType().createSerializer(config);
        this.isRestored = isRestored;
    }

    /** Reads what a savepoint holds. */
    static PartialSerializer restored(PartialLayout layout) {
        return new PartialSerializer(layout, true);
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public TypeSerializer<Partial> duplicate() {
        return new PartialSerializer(layout, isRestored);
    }

    @Override
    public Partial createInstance() {
        return Partial.event(events.createInstance(), unknown());
    }

    @Override
    public Partial copy(Partial from) {
        return new Partial(
                from.event(),
                from.values().clone(),
                from.isLabel(),
                from.warming(),
                from.written());
    }

    @Override
    public Partial copy(Partial from, Partial reuse) {
        return copy(from);
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public void serialize(Partial row, DataOutputView target) throws IOException {
        Partial partial = isRestored ? row : layout.adopt(row);
        int[] warming = partial.warming();
        if (partial.isLabel()) {
            target.writeByte(LABEL);
            labels.serialize(partial.event(), target);
            return;
        }
        target.writeByte(warming.length == 0 ? 0 : WARMING);
        events.serialize(partial.event(), target);
        writeValues(partial.values(), target);
        if (warming.length > 0) {
            Varint.write(warming.length, target);
            for (int slot : warming) {
                Varint.write(slot, target);
            }
        }
    }

    private static void writeValues(double[] values, DataOutputView target) throws IOException {
        int width = values.length;
        for (int first = 0; first < width; first += Byte.SIZE) {
            int last = Math.min(first + Byte.SIZE, width);
            int mask = 0;
            for (int slot = first; slot < last; slot++) {
                mask |= Double.isNaN(values[slot]) ? 0 : (1 << (slot - first));
            }
            target.writeByte(mask);
            for (int slot = first; slot < last; slot++) {
                if ((mask & (1 << (slot - first))) != 0) {
                    target.writeDouble(values[slot]);
                }
            }
        }
    }

    @Override
    public Partial deserialize(DataInputView source) throws IOException {
        Partial row = read(source);
        return isRestored ? row.writtenIn(layout) : row;
    }

    private Partial read(DataInputView source) throws IOException {
        int flags = source.readByte();
        if ((flags & LABEL) != 0) {
            return Partial.label(labels.deserialize(source));
        }
        Event event = events.deserialize(source);
        double[] values = readValues(source);
        if ((flags & WARMING) == 0) {
            return Partial.event(event, values);
        }
        int[] warming = new int[(int) Varint.read(source)];
        for (int i = 0; i < warming.length; i++) {
            warming[i] = (int) Varint.read(source);
        }
        return Partial.event(event, values, warming);
    }

    private double[] readValues(DataInputView source) throws IOException {
        int width = layout.width();
        double[] values = new double[width];
        for (int first = 0; first < width; first += Byte.SIZE) {
            int last = Math.min(first + Byte.SIZE, width);
            int mask = source.readByte();
            for (int slot = first; slot < last; slot++) {
                boolean isKnown = (mask & (1 << (slot - first))) != 0;
                values[slot] = isKnown ? source.readDouble() : Double.NaN;
            }
        }
        return values;
    }

    @Override
    public Partial deserialize(Partial reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        serialize(deserialize(source), target);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PartialSerializer that && layout.equals(that.layout);
    }

    @Override
    public int hashCode() {
        return layout.hashCode();
    }

    @Override
    public TypeSerializerSnapshot<Partial> snapshotConfiguration() {
        return new PartialSerializerSnapshot(layout);
    }

    private double[] unknown() {
        double[] values = new double[layout.width()];
        Arrays.fill(values, Double.NaN);
        return values;
    }
}
