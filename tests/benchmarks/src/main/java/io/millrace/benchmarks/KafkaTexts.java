package io.millrace.benchmarks;

import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;

/** Kafka as jobs begin with it: a record is a text. */
final class KafkaTexts {

    private KafkaTexts() {}

    static KafkaSource<String> source(ScoringWorkload workload) {
        return KafkaSource.<String>builder()
                .setBootstrapServers(workload.bootstrapServers())
                .setTopics(workload.input())
                .setGroupId(workload.output())
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setValueOnlyDeserializer(new SimpleStringSchema())
                .build();
    }

    static KafkaSink<String> sink(ScoringWorkload workload) {
        return KafkaSink.<String>builder()
                .setBootstrapServers(workload.bootstrapServers())
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .setRecordSerializer(
                        KafkaRecordSerializationSchema.<String>builder()
                                .setTopic(workload.output())
                                .setValueSerializationSchema(new SimpleStringSchema())
                                .build())
                .build();
    }
}
