package io.millrace.record;

import org.apache.flink.table.data.RowData;

/**
 * One accepted row: something that happened, or a label, which is an event with an event time of
 * its own.
 *
 * @param origin where it was read
 * @param id the event id; for a label, the id of the event that it labels
 * @param eventTimeMillis when it happened, or when the label became known, epoch milliseconds
 * @param row the declared columns, in their declared order; never changed
 */
public record Event(Origin origin, String id, long eventTimeMillis, RowData row)
        implements Traced {}
