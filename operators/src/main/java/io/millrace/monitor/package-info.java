/**
 * Counts what becomes of every input record, and changes none of them; compares what is scored with
 * the model version's reference profile, and with labels, window by window.
 *
 * <pre>
 * in     anything that knows its origin: Received, Score, DeadLetter, Duplicate; to compare, Score, and Event for labels
 * out    the same; DriftReport, QualityReport, Alert, RetrainRequest
 * key    none to count; model version and segment to compare; event id to join labels; model version, route, segment and window to
 *        tell quality; model version to ask for a new one
 * state  one PartitionCount per fate and input partition, and the open Panes of a subtask: sums, so that any redistribution keeps
 *        them exact; the Panes of two windows and the IncidentState of each model version and segment, and a
 *        AlertedWindow for each window that late rows may revise;
 *        one LabelledEvent per event until its horizon has passed; one QualityWindow per window until then, and the reports of its
 *        segments; one DetectorMemory per signal of a model version and route, one GapState with the segment; one RetrainState per model version,
 *        and the alerts of which more may be known at the same event time
 * uids   monitor-received, monitor-scored, monitor-dead-lettered, monitor-duplicate; monitor-panes, monitor-windows;
 *        monitor-event-scores, monitor-event-labels, monitor-labels, monitor-quality-counts, monitor-quality-windows, monitor-quality-segments,
 *        monitor-quality-gap, monitor-decisions, monitor-detectors, monitor-score-signals, monitor-score-detectors,
 *        monitor-shadows, monitor-retrain
 * beside Guard: what was observed of model versions in, the next decision about them out; no stage, no state
 * fails  never: a version without a reference profile is reported as such; what is past the horizon of labels is counted, not kept
 * </pre>
 *
 * <p>Per input partition, {@code received = scored + dead-lettered + duplicate + buffered}, where
 * buffered is what waits in the features stage for its event time.
 */
@NullMarked
package io.millrace.monitor;

import org.jspecify.annotations.NullMarked;
