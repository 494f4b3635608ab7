/**
 * Writes every fate to Kafka, in one transaction per subtask and checkpoint.
 *
 * <pre>
 * in     Score, DeadLetter, Duplicate; where a pipeline is monitored, DriftReport, Alert and
 *        RetrainRequest
 * out    one topic for each, JSON; docs of the fields: {@link io.millrace.sink.SinkStage}
 * key    none here; the Kafka key of a score is its entity, of the others their coordinates
 * state  Kafka's open transactions (exactly-once only), kept by the connector
 * uids   sink, sink-scores, sink-dead-letters, sink-duplicates; sink-drift, sink-alerts, sink-retrain
 * beside ModelJournal: announcements and decisions, in a transaction of their own
 * fails  a broker that stays away fails the job, which goes on from its last checkpoint; a score too large for its topic becomes a
 *        dead letter (TOO_LARGE); a dead letter's original bytes are cut to fit, and it says so
 * </pre>
 */
@NullMarked
package io.millrace.sink;

import org.jspecify.annotations.NullMarked;
