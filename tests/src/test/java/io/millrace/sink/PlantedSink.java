package io.millrace.sink;

import org.apache.flink.connector.kafka.sink.KafkaSink;

/** Planted: a second place that builds Kafka sinks. */
final class PlantedSink {

    private PlantedSink() {}

    static Object offend() {
        return KafkaSink.builder();
    }
}
