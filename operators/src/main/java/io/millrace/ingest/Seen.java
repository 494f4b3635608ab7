package io.millrace.ingest;

/**
 * An accepted copy of an event: state of the de-duplication.
 *
 * @param eventTimeMillis the copy's event time, epoch milliseconds
 * @param partition the partition that it was read from
 * @param offset its offset there
 */
public record Seen(long eventTimeMillis, int partition, long offset) {}
