/**
 * Accepts rows that keep the contract, in time, once; refuses the rest.
 *
 * <pre>
 * in     Received, one stream per topic
 * out    Event; aside DeadLetter (stage "ingest") and Duplicate
 * key    none for the checks; for de-duplication a column that both copies share, else the event id
 * state  the coordinates of each accepted id, until no copy within the horizon can come any more
 * uids   events-ingest, events-deduplicate, labels-ingest
 * fails  never for what a row holds
 *
 * over a history: DeduplicateOperator, which keeps ids on the heap until their horizon has passed
 * </pre>
 */
@NullMarked
package io.millrace.ingest;

import org.jspecify.annotations.NullMarked;
