package io.millrace.monitor;

import io.millrace.record.Score;

/**
 * A row of a model version that has no reference profile yet, of which one may be made. Public
 * because Flink keeps it.
 *
 * @param modelName the registered model's name
 * @param modelVersion its version
 * @param modelDigest the digest of the version's bytes
 * @param eventTimeMillis when the event happened, epoch milliseconds
 * @param eventId the event's id
 * @param segment the row's segment; empty where it has none
 * @param features in the order that the model declares
 * @param score what the model said
 * @param decision what the policy made of it
 */
// Never compared.
@SuppressWarnings("ArrayRecordComponent")
public record FirstRow(
        String modelName,
        String modelVersion,
        String modelDigest,
        long eventTimeMillis,
        String eventId,
        String segment,
        double[] features,
        double score,
        String decision) {

    static FirstRow of(Score score) {
        return new FirstRow(
                score.modelName(),
                score.modelVersion(),
                score.modelDigest(),
                score.eventTimeMillis(),
                score.eventId(),
                score.segment(),
                score.features(),
                score.value(),
                score.decision());
    }

    VersionId version() {
        return new VersionId(modelName, modelVersion, modelDigest);
    }

    /** What all rows of a version share. */
    String key() {
        return "%s/%s/%s".formatted(modelName, modelVersion, modelDigest);
    }
}
