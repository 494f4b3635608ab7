package io.millrace.features;

import io.millrace.record.Event;
import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes a {@link Partial}: which of the two it is, the row by its own stream's serializer, and of
 * an event the known values only, behind a mask of one bit per slot.
 */
final class PartialSerializer extends TypeSerializer<Partial> {
    private static final long serialVersionUID = 1L;

    private final TypeSerializer<Event> events;
    private final TypeSerializer<Event> labels;
    private final int width;

    /**
     * @param events writes events
     * @param labels writes labels; that of the events where there are none
     * @param width the number of features
     */
    PartialSerializer(TypeSerializer<Event> events, TypeSerializer<Event> labels, int width) {
        this.events = events;
        this.labels = labels;
        this.width = width;
    }

    TypeSerializer<Event> events() {
        return events;
    }

    TypeSerializer<Event> labels() {
        return labels;
    }

    int width() {
        return width;
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public TypeSerializer<Partial> duplicate() {
        return new PartialSerializer(events.duplicate(), labels.duplicate(), width);
    }

    @Override
    public Partial createInstance() {
        return Partial.event(events.createInstance(), unknown());
    }

    @Override
    public Partial copy(Partial from) {
        return from.isLabel()
                ? Partial.label(labels.copy(from.event()))
                : Partial.event(events.copy(from.event()), from.values().clone());
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
    public void serialize(Partial partial, DataOutputView target) throws IOException {
        target.writeBoolean(partial.isLabel());
        if (partial.isLabel()) {
            labels.serialize(partial.event(), target);
            return;
        }
        events.serialize(partial.event(), target);
        double[] values = partial.values();
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
        if (source.readBoolean()) {
            return Partial.label(labels.deserialize(source));
        }
        Event event = events.deserialize(source);
        double[] values = new double[width];
        for (int first = 0; first < width; first += Byte.SIZE) {
            int last = Math.min(first + Byte.SIZE, width);
            int mask = source.readByte();
            for (int slot = first; slot < last; slot++) {
                boolean isKnown = (mask & (1 << (slot - first))) != 0;
                values[slot] = isKnown ? source.readDouble() : Double.NaN;
            }
        }
        return Partial.event(event, values);
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
        return other instanceof PartialSerializer that
                && events.equals(that.events)
                && labels.equals(that.labels)
                && width == that.width;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * events.hashCode() + labels.hashCode()) + width;
    }

    @Override
    public TypeSerializerSnapshot<Partial> snapshotConfiguration() {
        return new PartialSerializerSnapshot(this);
    }

    private double[] unknown() {
        double[] values = new double[width];
        Arrays.fill(values, Double.NaN);
        return values;
    }
}
