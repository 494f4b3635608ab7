package io.millrace.inference;

import io.millrace.record.FeatureVector;
import io.millrace.record.Score;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Makes the operator where it runs, with the mailbox through which finished runs return. */
final class InferenceOperatorFactory extends AbstractStreamOperatorFactory<Score>
        implements OneInputStreamOperatorFactory<FeatureVector, Score> {
    private static final long serialVersionUID = 1L;

    private final InferenceConfig config;

    InferenceOperatorFactory(InferenceConfig config) {
        this.config = config;
        this.chainingStrategy = ChainingStrategy.ALWAYS;
    }

    @Override
    @SuppressWarnings({
        "unchecked",
        "TypeParameterUnusedInFormals"
    }) // the contract of StreamOperatorFactory: the caller asks for what it made
    public <T extends StreamOperator<Score>> T createStreamOperator(
            StreamOperatorParameters<Score> parameters) {
        return (T) new InferenceOperator(config, parameters);
    }

    @Override
    @SuppressWarnings("rawtypes") // the signature of StreamOperatorFactory
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return InferenceOperator.class;
    }
}
