package io.millrace.jobs.backfill;

import io.millrace.record.FeatureVector;
import io.millrace.record.RecordTypeInfo;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * A row of a training set: an event's features, and its label where one is known. Before the two
 * are joined, one of them alone; or when a stream's history begins.
 *
 * @param kind which of these it is
 * @param eventId the event's id
 * @param eventTimeMillis the event's time, epoch milliseconds, or that of the beginning; {@link
 *     #NO_TIME} for a label alone
 * @param entity the first entity's value, as text
 * @param segment the event's segment; empty where it has none
 * @param values the features in the order that the model declares; NaN is missing; empty for a
 *     label alone
 * @param labelTimeMillis when the label became known; {@link #NO_TIME} where there is none
 * @param label the label's value; 1 or 0 where it is true or false
 */
// Never compared.
@SuppressWarnings("ArrayRecordComponent")
public record TrainingRow(
        Kind kind,
        String eventId,
        long eventTimeMillis,
        String entity,
        String segment,
        double[] values,
        long labelTimeMillis,
        double label) {

    /** What a row is. */
    public enum Kind {
        EVENT(0),
        LABEL(1),
        FIRST_EVENT(2),
        FIRST_LABEL(3);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /** How it is written. */
        int code() {
            return code;
        }

        static Kind of(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("no row is written as %d".formatted(code));
        }
    }

    /** The Flink type, which reflection would read field by field. */
    static final TypeInformation<TrainingRow> TYPE = new Type();

    /** The time of what is not there. */
    public static final long NO_TIME = Long.MIN_VALUE;

    private static final double[] NO_VALUES = {};

    static TrainingRow event(FeatureVector vector) {
        return new TrainingRow(
                Kind.EVENT,
                vector.eventId(),
                vector.eventTimeMillis(),
                vector.entity(),
                vector.segment(),
                vector.values(),
                NO_TIME,
                Double.NaN);
    }

    static TrainingRow label(String id, long labelTimeMillis, double label) {
        return new TrainingRow(Kind.LABEL, id, NO_TIME, "", "", NO_VALUES, labelTimeMillis, label);
    }

    static TrainingRow beginning(boolean ofLabels, long timeMillis) {
        return new TrainingRow(
                ofLabels ? Kind.FIRST_LABEL : Kind.FIRST_EVENT,
                "",
                timeMillis,
                "",
                "",
                NO_VALUES,
                NO_TIME,
                Double.NaN);
    }

    TrainingRow with(long timeMillis, double value) {
        return new TrainingRow(
                kind, eventId, eventTimeMillis, entity, segment, values, timeMillis, value);
    }

    boolean isLabelled() {
        return labelTimeMillis != NO_TIME;
    }

    boolean isBeginning() {
        return kind == Kind.FIRST_EVENT || kind == Kind.FIRST_LABEL;
    }

    boolean isEvent() {
        return kind == Kind.EVENT;
    }

    private static final class Type extends RecordTypeInfo<TrainingRow> {
        private static final long serialVersionUID = 1L;

        Type() {
            super(TrainingRow.class);
        }

        @Override
        public TrainingRowSerializer createSerializer(SerializerConfig config) {
            return new TrainingRowSerializer();
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
            return "TrainingRow";
        }
    }
}
