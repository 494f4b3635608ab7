/**
 * Reads one topic: Kafka's records become rows of the declared columns, with their event time.
 *
 * <pre>
 * in     a Kafka topic, committed records only
 * out    Received, one per Kafka record: a row, or the reason why there is none
 * key    none; watermarks are kept per partition, and a silent partition stops holding them back
 * state  the offsets of each partition (Flink's own)
 * uids   events-source, labels-source
 * fails  never for what a record holds; a broker that is away is Flink's restart
 *
 * over a history: FileStage reads files, EventTimeOrder brings their rows in event-time order
 * </pre>
 */
@NullMarked
package io.millrace.source;

import org.jspecify.annotations.NullMarked;
