package io.millrace.inference;

import io.millrace.record.BufferTimeout;
import io.millrace.record.FeatureVector;
import io.millrace.record.Score;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Feature vectors in, scores out; refused vectors leave by {@link
 * io.millrace.record.DeadLetter#TAG}.
 */
public final class InferenceStage {
    /** The package's name, as dead letters carry it. */
    static final String NAME = "inference";

    private final InferenceConfig config;

    public InferenceStage(InferenceConfig config) {
        this.config = config;
    }

    public SingleOutputStreamOperator<Score> attach(DataStream<FeatureVector> vectors) {
        var scores =
                vectors.transform(
                        NAME,
                        TypeInformation.of(Score.class),
                        new InferenceOperatorFactory(config));
        return BufferTimeout.relaxed(scores, false).uid(NAME).name(NAME);
    }
}
