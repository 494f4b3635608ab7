package io.millrace.features;

import io.millrace.record.RecordTypeInfo;
import org.apache.flink.api.common.serialization.SerializerConfig;

/** The type of what a savepoint says of a step's history. */
final class RecordedTypeInfo extends RecordTypeInfo<Recorded> {
    private static final long serialVersionUID = 1L;

    RecordedTypeInfo() {
        super(Recorded.class);
    }

    @Override
    public RecordedSerializer createSerializer(SerializerConfig config) {
        return new RecordedSerializer();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RecordedTypeInfo;
    }

    @Override
    public int hashCode() {
        return RecordedTypeInfo.class.hashCode();
    }

    @Override
    public String toString() {
        return "Recorded";
    }
}
