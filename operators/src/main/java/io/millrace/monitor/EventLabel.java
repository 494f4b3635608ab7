package io.millrace.monitor;

/**
 * A label on its way to the scores of its event: no more of it than they need. Public because Flink
 * sends it.
 *
 * @param eventId the event's id
 * @param label what it says
 */
public record EventLabel(String eventId, SeenLabel label) {}
