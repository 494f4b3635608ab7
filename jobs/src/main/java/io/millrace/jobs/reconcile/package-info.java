/**
 * Proves from the topics alone that every input record has exactly one fate.
 *
 * <pre>
 * in     the event topic's coordinates; the coordinates that scores, dead letters and duplicates name
 * out    {@link io.millrace.jobs.reconcile.Reconciliation}
 * memory three bits per offset of the event topic, whatever the records' size
 * </pre>
 */
@NullMarked
package io.millrace.jobs.reconcile;

import org.jspecify.annotations.NullMarked;
