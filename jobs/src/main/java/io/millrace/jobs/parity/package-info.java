/**
 * Whether the features that were logged with scores are those that a backfill computes.
 *
 * <pre>
 * Refusals     what the stream did not answer, and why
 * ParityJob    logged and computed features side by side, by event; what differs goes to a file
 * Overtaken    which rows of an entity arrived after an event of a later time
 * ParityReport what that file says, feature by feature
 * </pre>
 */
@NullMarked
package io.millrace.jobs.parity;

import org.jspecify.annotations.NullMarked;
