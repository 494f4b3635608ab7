package io.millrace.monitor;

/**
 * A score on its way to the labels of its event: no more of it than they need. Public because Flink
 * sends it.
 *
 * @param eventId the event's id
 * @param score what was said of it
 */
public record EventScore(String eventId, AwaitingScore score) {}
