package io.millrace.record;

import org.jspecify.annotations.Nullable;

/**
 * Where a record came from: its Kafka coordinates, its trace context, and its bytes as they were
 * read.
 *
 * @param topic the Kafka topic
 * @param partition the partition of the topic
 * @param offset the offset in the partition
 * @param timestampMillis the Kafka record's timestamp, epoch milliseconds: the producer's clock or
 *     the broker's, as the topic says
 * @param traceparent the W3C trace context header, or null where the producer sent none
 * @param bytes the record's value, never changed; empty for a tombstone
 */
// Arrays compare by identity: an origin is never a key, and a copy of the bytes per record would
// cost more than it saves.
@SuppressWarnings("ArrayRecordComponent")
public record Origin(
        String topic,
        int partition,
        long offset,
        long timestampMillis,
        @Nullable String traceparent,
        byte[] bytes) {}
