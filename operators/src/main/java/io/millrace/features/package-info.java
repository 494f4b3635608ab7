/**
 * Turns accepted events into feature vectors: expressions, windows over the past of entities, and
 * expressions over these.
 *
 * <pre>
 * in     Event; labels as Events where a window reads them
 * out    FeatureVector, one per event; DeadLetter
 * key    each entity that has windows, one step after the other; none where there are no windows
 * state  one EntityPast per entity, cleared when its windows have passed; rows that await the watermark
 * uids   features-expressions, features-labels, features-ENTITY
 * fails  never: a row too late is TOO_LATE, a feature that cannot be computed FEATURE_FAILED
 *
 * over a history: HistoryOperator instead of EntityFunction, with the same pasts on the heap
 * </pre>
 */
@NullMarked
package io.millrace.features;

import org.jspecify.annotations.NullMarked;
