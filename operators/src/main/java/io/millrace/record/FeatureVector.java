package io.millrace.record;

/**
 * All features of one event at its event time.
 *
 * @param origin where the event was read
 * @param eventId the event's id
 * @param eventTimeMillis the event's time, epoch milliseconds
 * @param entity the value of the pipeline's first entity, as text
 * @param values one number per feature in the order that the model declares; NaN is missing; never
 *     changed
 */
// The numeric hot path: vectors are compared in tests only, recursively.
@SuppressWarnings("ArrayRecordComponent")
public record FeatureVector(
        Origin origin, String eventId, long eventTimeMillis, String entity, double[] values)
        implements Traced {}
