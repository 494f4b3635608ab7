package io.millrace.source;

import io.millrace.record.Received;
import java.time.Duration;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/** A Kafka topic in, what was received out. */
public final class SourceStage {
    private static final String UID_SUFFIX = "-source";

    private final SourceConfig config;

    public SourceStage(SourceConfig config) {
        this.config = config;
    }

    /** Reads the topic from where the state, the consumer group, or else the topic begins. */
    // Kafka deprecates the enum for everyone, and the connector offers nothing else.
    @SuppressWarnings("deprecation")
    public DataStream<Received> attach(StreamExecutionEnvironment env) {
        RowFormat format = RowFormat.of(config);
        KafkaSource<Received> source =
                KafkaSource.<Received>builder()
                        .setProperties(properties(config))
                        .setTopics(config.topic())
                        .setStartingOffsets(
                                OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST))
                        .setDeserializer(new ReceivedDeserializer(config, format))
                        .build();
        String uid = config.name() + UID_SUFFIX;
        return env.fromSource(source, watermarks(config), uid, Received.type(format.columns()))
                .uid(uid);
    }

    /**
     * The consumer's properties: the pipeline's own where they are free, ours where they are not.
     */
    static Properties properties(SourceConfig config) {
        var properties = new Properties();
        properties.setProperty(ConsumerConfig.GROUP_ID_CONFIG, config.groupId());
        properties.setProperty(KafkaSourceOptions.CLIENT_ID_PREFIX.key(), config.groupId());
        // Hundreds of series per subtask, of which the connector reports the lag by itself.
        properties.setProperty(KafkaSourceOptions.REGISTER_KAFKA_CONSUMER_METRICS.key(), "false");
        // Each poll costs as much as 30 records, and its records are handed over together.
        properties.setProperty(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "2000");
        properties.putAll(config.properties());
        properties.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
        properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.setProperty(KafkaSourceOptions.COMMIT_OFFSETS_ON_CHECKPOINT.key(), "true");
        return properties;
    }

    /** Watermarks per partition, moved by records that have an event time and by no others. */
    static WatermarkStrategy<Received> watermarks(SourceConfig config) {
        WatermarkStrategy<Received> bounded =
                WatermarkStrategy.<Received>forBoundedOutOfOrderness(
                                Duration.ofMillis(config.outOfOrdernessMillis()))
                        .withIdleness(Duration.ofMillis(config.idlenessMillis()));
        return WatermarkStrategy.<Received>forGenerator(
                        context -> new TimedOnly(bounded.createWatermarkGenerator(context)))
                .withTimestampAssigner((received, kafkaTimestamp) -> received.eventTimeMillis());
    }
}
