package io.millrace.monitor;

/**
 * A label that has come. Public because Flink keeps it as state.
 *
 * @param eventTimeMillis when it became known, epoch milliseconds
 * @param isPositive what it says
 * @param partition where it was read
 * @param offset its place there
 */
public record SeenLabel(long eventTimeMillis, boolean isPositive, int partition, long offset) {

    /** Whether this one counts where both are there: the last in event time, or as it was read. */
    public boolean isAfter(SeenLabel other) {
        if (eventTimeMillis != other.eventTimeMillis) {
            return eventTimeMillis > other.eventTimeMillis;
        }
        return partition != other.partition ? partition > other.partition : offset > other.offset;
    }
}
