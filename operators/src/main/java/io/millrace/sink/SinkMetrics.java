package io.millrace.sink;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** Every metric of the sink stage beside those of Kafka's producer. */
final class SinkMetrics {
    private final Counter encoded;
    private final Counter encodedBytes;
    private final Counter refused;

    SinkMetrics(MetricGroup group) {
        var sink = group.addGroup(SinkStage.UID);
        encoded = sink.counter("encoded");
        encodedBytes = sink.counter("encodedBytes");
        refused = sink.counter("refused");
    }

    /** One record became a value of this many bytes. */
    void encoded(int bytes) {
        encoded.inc();
        encodedBytes.inc(bytes);
    }

    /** A score was too large for its topic and became a dead letter. */
    void refused() {
        refused.inc();
    }
}
