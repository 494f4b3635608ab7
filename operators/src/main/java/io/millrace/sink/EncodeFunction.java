package io.millrace.sink;

import io.millrace.record.Outgoing;
import java.io.IOException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Encodes before the streams are joined, so that only compact bytes cross to the sink. */
class EncodeFunction<T> extends RichMapFunction<T, Outgoing> {
    private static final long serialVersionUID = 1L;

    private final SinkConfig config;
    private final String topic;
    private final Encoder.Factory<T> factory;

    private transient Encoder<T> encoder;
    private transient SinkMetrics metrics;

    EncodeFunction(SinkConfig config, String topic, Encoder.Factory<T> factory) {
        this.config = config;
        this.topic = topic;
        this.factory = factory;
    }

    @Override
    public void open(OpenContext context) throws IOException {
        encoder = factory.create(config);
        metrics = new SinkMetrics(getRuntimeContext().getMetricGroup());
    }

    @Override
    public Outgoing map(T record) throws IOException {
        Outgoing outgoing = encoder.apply(record);
        metrics.encoded(outgoing.value().length);
        if (!outgoing.topic().equals(topic)) {
            metrics.refused();
        }
        return outgoing;
    }
}
