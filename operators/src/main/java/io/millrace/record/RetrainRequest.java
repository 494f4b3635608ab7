package io.millrace.record;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An incident asks for a new model. All times are event time, epoch milliseconds; a range holds its
 * first time and not its last.
 *
 * @param requestedMillis when the incident was known
 * @param modelName the registered model's name
 * @param modelVersion the version that asks to be replaced
 * @param segment the value by which the incident is told apart; empty for all rows
 * @param incident the incident: its alerts carry the same
 * @param source what noticed it
 * @param severity how bad it was
 * @param referenceVersion the digest of the reference profile; empty where none was asked
 * @param summary what happened, for people, in one sentence
 * @param culprits what is to blame, the worst first
 * @param trainFromMillis the first event time to train on
 * @param holdOutFromMillis the first event time to hold out: where the range to train on ends
 * @param holdOutToMillis where the range to hold out ends
 * @param labelsUntilMillis when the last label of both ranges has come that counts; null where the
 *     pipeline has no labels
 */
public record RetrainRequest(
        long requestedMillis,
        String modelName,
        String modelVersion,
        String segment,
        String incident,
        Alert.Source source,
        Alert.Severity severity,
        String referenceVersion,
        String summary,
        List<Alert.Culprit> culprits,
        long trainFromMillis,
        long holdOutFromMillis,
        long holdOutToMillis,
        @Nullable Long labelsUntilMillis) {

    public RetrainRequest {
        culprits = List.copyOf(culprits);
    }
}
