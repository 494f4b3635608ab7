/**
 * Scores feature vectors in micro-batches.
 *
 * <pre>
 * in     FeatureVector, in any partitioning
 * out    Score, one per vector that could be scored, in the order of the vectors
 * key    none
 * state  none: rows in flight are scored before a checkpoint barrier passes
 * uids   inference
 * fails  a row that makes the model fail, or whose score is not finite, is a dead letter (MODEL_FAILED); the rest of its batch is
 *        scored. A model that cannot be fetched, checked or loaded fails the job before its first row.
 * </pre>
 */
@NullMarked
package io.millrace.inference;

import org.jspecify.annotations.NullMarked;
