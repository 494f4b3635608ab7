package io.millrace.record;

/**
 * Bytes on their way to a topic.
 *
 * @param origin where the input record was read whose fate this is; its bytes are left behind
 *     (empty)
 * @param topic the topic to write to
 * @param key the record's key
 * @param value the record's value
 * @param timestampMillis the record's timestamp, epoch milliseconds: the event time where it is
 *     known
 */
// Written once and never compared.
@SuppressWarnings("ArrayRecordComponent")
public record Outgoing(Origin origin, String topic, byte[] key, byte[] value, long timestampMillis)
        implements Traced {}
