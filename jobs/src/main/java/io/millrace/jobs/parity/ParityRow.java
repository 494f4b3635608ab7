package io.millrace.jobs.parity;

/**
 * What one side knows of an event, or why the two may differ.
 *
 * @param kind which of these it is
 * @param eventId the event's id
 * @param eventTimeMillis the event's time, epoch milliseconds
 * @param partition where the event was read
 * @param offset the offset there
 * @param values the features in the order that the model declares; NaN is missing; empty for a
 *     cause
 * @param cause a row that arrived later, for people; empty for the others
 */
// Never compared.
@SuppressWarnings("ArrayRecordComponent")
public record ParityRow(
        Kind kind,
        String eventId,
        long eventTimeMillis,
        int partition,
        long offset,
        double[] values,
        String cause) {
    private static final double[] NO_VALUES = {};

    /** The sides, and what explains a difference between them. */
    public enum Kind {
        LOGGED,
        COMPUTED,
        CAUSE
    }

    static ParityRow logged(
            String id, long timeMillis, int partition, long offset, double[] values) {
        return new ParityRow(Kind.LOGGED, id, timeMillis, partition, offset, values, "");
    }

    static ParityRow computed(
            String id, long timeMillis, int partition, long offset, double[] values) {
        return new ParityRow(Kind.COMPUTED, id, timeMillis, partition, offset, values, "");
    }

    static ParityRow cause(String id, long timeMillis, String cause) {
        return new ParityRow(Kind.CAUSE, id, timeMillis, -1, -1, NO_VALUES, cause);
    }
}
