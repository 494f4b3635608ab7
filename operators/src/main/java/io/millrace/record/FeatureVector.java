package io.millrace.record;

/**
 * All features of one event at its event time.
 *
 * @param origin where the event was read
 * @param eventId the event's id
 * @param eventTimeMillis the event's time, epoch milliseconds
 * @param entity the value of the pipeline's first entity, as text
 * @param segment the value by which monitoring also splits, as text; empty where there is none
 * @param model the name of the model that is to score it; empty where the pipeline has one
 * @param values one number per feature in the order that the model declares; NaN is missing; never
 *     changed
 * @param warming the places of the features whose windows reach back to before their history,
 *     ascending; empty where there are none
 */
// The numeric hot path: vectors are compared in tests only, recursively.
@SuppressWarnings("ArrayRecordComponent")
public record FeatureVector(
        Origin origin,
        String eventId,
        long eventTimeMillis,
        String entity,
        String segment,
        String model,
        double[] values,
        int[] warming)
        implements Traced {
    private static final int[] NONE = {};

    public FeatureVector {
        // What an older savepoint cannot know.
        segment = segment == null ? "" : segment;
        model = model == null ? "" : model;
        warming = warming == null ? NONE : warming;
    }

    /** A vector of no segment for the pipeline's one model, none of whose features is warming. */
    public FeatureVector(
            Origin origin, String eventId, long eventTimeMillis, String entity, double[] values) {
        this(origin, eventId, eventTimeMillis, entity, "", "", values, NONE);
    }
}
