package io.millrace.record;

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
public record Outgoing(String topic, byte[] key, byte[] value, @Nullable String traceparent) {}
