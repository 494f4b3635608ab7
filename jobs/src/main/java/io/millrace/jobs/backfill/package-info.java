/**
 * What a pipeline would have computed over a history: the stream's own stages in Flink's batch
 * mode.
 *
 * <pre>
 * History      where the past of a topic is read: files, or a range of the topic
 * HistoryJob   source, ingest and features over it
 * BatchRun     a job in this process, from its start to its end, with its progress
 * Backfill     a training set of it: a row per event, with its label where one is known
 * </pre>
 */
@NullMarked
package io.millrace.jobs.backfill;

import org.jspecify.annotations.NullMarked;
