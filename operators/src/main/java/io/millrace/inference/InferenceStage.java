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
        return vectors.transform(
                        NAME, TypeInformation.of(Score.class), new InferenceOperatorFactory(config))
                // Scores stay in the task.
                .setBufferTimeout(BufferTimeout.RELAXED_MILLIS)
                .uid(NAME)
                .name(NAME);
    }
}
