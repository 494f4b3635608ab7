package io.millrace.features;

import io.millrace.record.RecordTypeInfo;
import org.apache.flink.api.common.serialization.SerializerConfig;

/** The type of what flows between the steps of the entities. */
final class PartialTypeInfo extends RecordTypeInfo<Partial> {
    private static final long serialVersionUID = 1L;

    private final PartialLayout layout;

    PartialTypeInfo(PartialLayout layout) {
        super(Partial.class);
        this.layout = layout;
    }

    @Override
    public PartialSerializer createSerializer(SerializerConfig config) {
        return new PartialSerializer(layout);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PartialTypeInfo that && layout.equals(that.layout);
    }

    @Override
    public int hashCode() {
        return layout.hashCode();
    }

    @Override
    public String toString() {
        return "Partial(" + layout + ")";
    }
}
