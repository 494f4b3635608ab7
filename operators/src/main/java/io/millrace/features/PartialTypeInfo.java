package io.millrace.features;

import io.millrace.record.Event;
import io.millrace.record.RecordTypeInfo;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** The type of what flows between the steps of the entities. */
final class PartialTypeInfo extends RecordTypeInfo<Partial> {
    private static final long serialVersionUID = 1L;

    private final TypeInformation<Event> events;
    private final TypeInformation<Event> labels;
    private final int width;

    PartialTypeInfo(TypeInformation<Event> events, TypeInformation<Event> labels, int width) {
        super(Partial.class);
        this.events = events;
        this.labels = labels;
        this.width = width;
    }

    @Override
    public PartialSerializer createSerializer(SerializerConfig config) {
        return new PartialSerializer(
                events.createSerializer(config), labels.createSerializer(config), width);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PartialTypeInfo that
                && events.equals(that.events)
                && labels.equals(that.labels)
                && width == that.width;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * events.hashCode() + labels.hashCode()) + width;
    }

    @Override
    public String toString() {
        return "Partial(%s, %s, %d)".formatted(events, labels, width);
    }
}
