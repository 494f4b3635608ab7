package io.millrace.record;

/**
 * What a model version said of one event, and everything that an auditor asks.
 *
 * @param origin where the event was read
 * @param eventId the event's id
 * @param eventTimeMillis the event's time, epoch milliseconds
 * @param entity the value of the pipeline's first entity, as text
 * @param modelName the registered model's name
 * @param modelVersion its immutable version
 * @param modelDigest the digest of the version's bytes, {@code sha256:} and 64 hexadecimal digits
 * @param route why this model answered
 * @param value the model's score; finite
 * @param decision what the policy makes of the score
 * @param features the feature values in the order that the model declares; empty where the pipeline
 *     leaves them out
 * @param warming the places of the features whose windows reach back to before their history,
 *     ascending; empty where there are none
 * @param latencyMillis from the Kafka record's timestamp to the score
 */
// The numeric hot path: scores are compared in tests only, recursively.
@SuppressWarnings("ArrayRecordComponent")
public record Score(
        Origin origin,
        String eventId,
        long eventTimeMillis,
        String entity,
        String modelName,
        String modelVersion,
        String modelDigest,
        Route route,
        double value,
        String decision,
        double[] features,
        int[] warming,
        long latencyMillis)
        implements Traced {
    private static final int[] NONE = {};

    public Score {
        // What an older savepoint cannot know.
        warming = warming == null ? NONE : warming;
    }

    /** A score none of whose features is warming. */
    public Score(
            Origin origin,
            String eventId,
            long eventTimeMillis,
            String entity,
            String modelName,
            String modelVersion,
            String modelDigest,
            Route route,
            double value,
            String decision,
            double[] features,
            long latencyMillis) {
        this(
                origin,
                eventId,
                eventTimeMillis,
                entity,
                modelName,
                modelVersion,
                modelDigest,
                route,
                value,
                decision,
                features,
                NONE,
                latencyMillis);
    }

    /** Which part the model version played. */
    public enum Route {
        /** The version behind the champion alias; its decision counts. */
        CHAMPION
    }
}
