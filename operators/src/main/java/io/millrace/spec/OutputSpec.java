package io.millrace.spec;

import java.time.Duration;

/**
 * Where results go.
 *
 * @param scores the topic of scores
 * @param deadLetters the topic of dead letters
 * @param duplicates the topic of counted duplicates
 * @param models the topic of announcements: which model version answers from when on
 * @param shadows the topic of what a challenger would have said
 * @param drift the topic of drift reports
 * @param quality the topic of quality reports
 * @param alerts the topic of alerts
 * @param retrain the topic of requests for a new model
 * @param audit the topic of decisions about model versions
 * @param includeFeatures whether a score carries the feature values that it was made from
 * @param guarantee what a reader may rely on
 * @param transactionTimeout the longest outage after which nothing committed is lost; the broker
 *     must allow it
 */
public record OutputSpec(
        String scores,
        String deadLetters,
        String duplicates,
        String models,
        String shadows,
        String drift,
        String quality,
        String alerts,
        String retrain,
        String audit,
        boolean includeFeatures,
        Guarantee guarantee,
        Duration transactionTimeout) {

    /** What a reader may rely on. */
    public enum Guarantee {
        /** Each result once, for a read_committed reader, a checkpoint interval later. */
        EXACTLY_ONCE,
        /** Each result at least once, as soon as it is known. */
        AT_LEAST_ONCE
    }
}
