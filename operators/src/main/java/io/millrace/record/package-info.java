/**
 * What flows between the stages. Stages meet here and nowhere else.
 *
 * <pre>
 * Received    source    → ingest      bytes that were read, decoded or not
 * Event       ingest    → features    one accepted row of a topic, an event's or a label's
 * FeatureVector features → inference  the numbers in the order that the model declares
 * Score       inference → sink        what the model said, and everything an auditor asks
 * DeadLetter  any stage → sink        a refused record with its stable reason
 * Duplicate   ingest    → sink        a record whose event id had been accepted before
 * DriftReport monitor   → sink        how far a window differs from the reference profile
 * Alert       monitor   → sink        an incident that begins, becomes worse or ends
 * RetrainRequest monitor → sink       an incident asks for a new model
 * Outgoing    sink                    bytes on their way to a topic
 * </pre>
 *
 * <p>These records travel through the network and live in savepoints. A component that is added
 * later is null or zero when an older savepoint is read: the compact constructor gives it a default
 * and never rejects it.
 */
@NullMarked
package io.millrace.record;

import org.jspecify.annotations.NullMarked;
