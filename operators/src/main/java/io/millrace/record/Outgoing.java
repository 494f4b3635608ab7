package io.millrace.record;

import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way to a topic.
 *
 * @param topic the topic to write to
 * @param key the record's key
 * @param value the record's value
 * @param traceparent the W3C trace context header of the input record, or null where it had none
 */
// Written once and never compared.
@SuppressWarnings("ArrayRecordComponent")
public record Outgoing(String topic, byte[] key, byte[] value, @Nullable String traceparent) {

    /** The Flink type, which reflection would read field by field. */
    public static final TypeInformation<Outgoing> TYPE = new Type();

    private static final class Type extends RecordTypeInfo<Outgoing> {
        private static final long serialVersionUID = 1L;

        Type() {
            super(Outgoing.class);
        }

        @Override
        public OutgoingSerializer createSerializer(SerializerConfig config) {
            return new OutgoingSerializer();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Type;
        }

        @Override
        public int hashCode() {
            return Type.class.hashCode();
        }

        @Override
        public String toString() {
            return "Outgoing";
        }
    }
}
