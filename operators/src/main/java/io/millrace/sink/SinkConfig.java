package io.millrace.sink;

import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.OutputSpec;
import io.millrace.spec.PipelineSpec;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * The settings of the sink stage.
 *
 * @param pipeline the pipeline's name; its transactions are named after it
 * @param bootstrapServers {@code host:port[,host:port]}
 * @param properties client properties, security mostly
 * @param scores the topic of scores
 * @param deadLetters the topic of dead letters
 * @param duplicates the topic of duplicates
 * @param shadows the topic of what a challenger would have said
 * @param drift the topic of drift reports
 * @param quality the topic of quality reports
 * @param alerts the topic of alerts
 * @param retrain the topic of requests for a new model
 * @param featureNames the features in the order of a score's values
 * @param includeFeatures whether scores carry the values
 * @param guarantee what a reader may rely on
 * @param transactionTimeoutMillis how long the broker keeps a transaction that nobody commits
 */
public record SinkConfig(
        String pipeline,
        String bootstrapServers,
        Map<String, String> properties,
        String scores,
        String deadLetters,
        String duplicates,
        String shadows,
        String drift,
        String quality,
        String alerts,
        String retrain,
        List<String> featureNames,
        boolean includeFeatures,
        OutputSpec.Guarantee guarantee,
        long transactionTimeoutMillis)
        implements Serializable {

    public SinkConfig {
        properties = Map.copyOf(properties);
        featureNames = List.copyOf(featureNames);
    }

    /** The settings where nothing is monitored. */
    public SinkConfig(
            String pipeline,
            String bootstrapServers,
            Map<String, String> properties,
            String scores,
            String deadLetters,
            String duplicates,
            List<String> featureNames,
            boolean includeFeatures,
            OutputSpec.Guarantee guarantee,
            long transactionTimeoutMillis) {
        this(
                pipeline,
                bootstrapServers,
                properties,
                scores,
                deadLetters,
                duplicates,
                "",
                "",
                "",
                "",
                "",
                featureNames,
                includeFeatures,
                guarantee,
                transactionTimeoutMillis);
    }

    public static SinkConfig from(PipelineSpec spec) {
        OutputSpec output = spec.output();
        return new SinkConfig(
                spec.pipeline(),
                spec.kafka().bootstrapServers(),
                spec.kafka().properties(),
                output.scores(),
                output.deadLetters(),
                output.duplicates(),
                output.shadows(),
                output.drift(),
                output.quality(),
                output.alerts(),
                output.retrain(),
                spec.features().vector().stream().map(FeatureSpec::name).toList(),
                output.includeFeatures(),
                output.guarantee(),
                output.transactionTimeout().toMillis());
    }

    /**
     * What the names of this sink's transactions begin with. Two jobs with one prefix would abort
     * each other's transactions, so it is the pipeline's name and this stage's uid, never free
     * text.
     */
    String transactionalIdPrefix() {
        return pipeline + "-" + SinkStage.UID;
    }
}
