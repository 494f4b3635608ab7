/**
 * Counts what becomes of every input record, and changes none of them; compares what is scored with
 * the model version's reference profile, window by window.
 *
 * <pre>
 * in     anything that knows its origin: Received, Score, DeadLetter, Duplicate; to compare, Score
 * out    the same; DriftReport, Alert
 * key    none to count; model version and segment to compare
 * state  one PartitionCount per fate and input partition, and the open Panes of a subtask: sums, so that any redistribution keeps
 *        them exact; the Panes of two windows and the IncidentState of each model version and segment
 * uids   monitor-received, monitor-scored, monitor-dead-lettered, monitor-duplicate; monitor-panes, monitor-windows
 * fails  never: a version without a reference profile is reported as such
 * </pre>
 *
 * <p>Per input partition, {@code received = scored + dead-lettered + duplicate + buffered}, where
 * buffered is what waits in the features stage for its event time.
 */
@NullMarked
package io.millrace.monitor;

import org.jspecify.annotations.NullMarked;
