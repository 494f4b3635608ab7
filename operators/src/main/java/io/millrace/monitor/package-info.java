/**
 * Counts what becomes of every input record, and changes none of them.
 *
 * <pre>
 * in     anything that knows its origin: Received, Score, DeadLetter, Duplicate
 * out    the same
 * key    none
 * state  one PartitionCount per fate and input partition; sums, so that any redistribution keeps them exact
 * uids   monitor-received, monitor-scored, monitor-dead-lettered, monitor-duplicate
 * fails  never
 * </pre>
 *
 * <p>Per input partition, {@code received = scored + dead-lettered + duplicate + buffered}, where
 * buffered is what waits in the features stage for its event time.
 */
@NullMarked
package io.millrace.monitor;

import org.jspecify.annotations.NullMarked;
