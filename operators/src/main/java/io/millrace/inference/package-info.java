/**
 * Scores feature vectors in micro-batches.
 *
 * <pre>
 * in     FeatureVector, in any partitioning; announcements of model versions, read by a thread of the process
 * out    Score, one per vector that could be scored, in the order of each entity's vectors; Shadow, what a challenger would have said
 * key    none
 * state  none: rows in flight, and those that wait for their model, are scored before a checkpoint barrier passes
 * uids   inference
 * fails  a row that makes the model fail, or whose score is not finite, is a dead letter (MODEL_FAILED), one that it does not answer
 *        in time another (MODEL_TIMEOUT), one that ended the process twice a third
 *        (MODEL_CRASHED), one of a model that is not known a fourth (MODEL_UNKNOWN), unless the pipeline names a fallback; the rest of its batch is scored. A version that cannot be loaded leaves its rows to the one
 *        before, one that a challenger fails on is the champion's. A first model that cannot be fetched, checked or loaded fails the job before its first row.
 * </pre>
 */
@NullMarked
package io.millrace.inference;

import org.jspecify.annotations.NullMarked;
