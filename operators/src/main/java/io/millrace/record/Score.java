package io.millrace.record;

import java.util.List;

/**
 * What a model version said of one event, and everything that an auditor asks.
 *
 * @param origin where the event was read
 * @param eventId the event's id
 * @param eventTimeMillis the event's time, epoch milliseconds
 * @param entity the value of the pipeline's first entity, as text
 * @param segment the value by which monitoring also splits, as text; empty where there is none
 * @param modelName the registered model's name
 * @param modelVersion its immutable version
 * @param modelDigest the digest of the version's bytes, {@code sha256:} and 64 hexadecimal digits
 * @param route why this model answered
 * @param value the model's score; finite
 * @param outputs what else the model says; empty where its metadata names nothing
 * @param decision what the policy makes of the score
 * @param features the feature values in the order that the model declares
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
        String segment,
        String modelName,
        String modelVersion,
        String modelDigest,
        Route route,
        double value,
        List<Output> outputs,
        String decision,
        double[] features,
        int[] warming,
        long latencyMillis)
        implements Traced {
    private static final int[] NONE = {};

    public Score {
        outputs = outputs == null ? List.of() : outputs;
        // What an older savepoint cannot know.
        segment = segment == null ? "" : segment;
        warming = warming == null ? NONE : warming;
    }

    /** A score alone, of no segment, none of whose features is warming. */
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
                "",
                modelName,
                modelVersion,
                modelDigest,
                route,
                value,
                List.of(),
                decision,
                features,
                NONE,
                latencyMillis);
    }

    /**
     * What a model says beside its score: probabilities of all classes, an embedding, a label.
     *
     * @param name the output's name in the model
     * @param numbers its elements; empty where they are texts
     * @param texts its elements; empty where they are numbers
     */
    public record Output(String name, double[] numbers, List<String> texts) {

        public static Output ofNumbers(String name, double[] numbers) {
            return new Output(name, numbers, List.of());
        }

        public static Output ofTexts(String name, List<String> texts) {
            return new Output(name, new double[0], texts);
        }
    }

    /** Which part the model version played. */
    public enum Route {
        /** The version that was announced for the event's time; its decision counts. */
        CHAMPION,
        /** A challenger, which answers a share of the entities. Its decision counts too. */
        CHALLENGER,
        /**
         * Another version, since that one could not be loaded, or a challenger failed. Its decision
         * counts too.
         */
        FALLBACK,
        /** A challenger that is compared; its decision does not count. */
        SHADOW
    }
}
