package io.millrace.source;

import io.millrace.record.Origin;
import io.millrace.record.Received;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;

/** A Kafka topic in, what was received out. */
public final class SourceStage {
    static final String UID_SUFFIX = "-source";
    private static final byte[] NO_BYTES = {};

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
                source(format)
                        .setStartingOffsets(
                                OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST))
                        .build();
        String uid = config.name() + UID_SUFFIX;
        return env.fromSource(source, watermarks(config), uid, Received.type(format.columns()))
                .uid(uid);
    }

    /**
     * Reads a part of the topic that has an end, for Flink's batch mode: each record's timestamp is
     * its event time, and the bytes that it was decoded from are not kept.
     *
     * @param from the first offset of each partition
     * @param to the offset after the last
     */
    public DataStream<Received> attachRange(
            StreamExecutionEnvironment env,
            Map<TopicPartition, Long> from,
            Map<TopicPartition, Long> to) {
        RowFormat format = RowFormat.of(config);
        KafkaSource<Received> source =
                source(format)
                        .setStartingOffsets(OffsetsInitializer.offsets(from))
                        .setBounded(OffsetsInitializer.offsets(to))
                        // It looks, and leaves the pipeline's own offsets where they are.
                        .setProperty(KafkaSourceOptions.COMMIT_OFFSETS_ON_CHECKPOINT.key(), "false")
                        .build();
        String uid = config.name() + UID_SUFFIX;
        WatermarkStrategy<Received> eventTimes =
                WatermarkStrategy.<Received>noWatermarks()
                        .withTimestampAssigner(
                                (received, kafkaTimestamp) -> received.eventTimeMillis());
        return env.fromSource(source, eventTimes, uid, Received.type(format.columns()))
                .uid(uid)
                .map(SourceStage::withoutBytes)
                .returns(Received.type(format.columns()))
                .uid(uid + "-without-bytes")
                .name(config.name() + ": without bytes");
    }

    private KafkaSourceBuilder<Received> source(RowFormat format) {
        return KafkaSource.<Received>builder()
                .setProperties(properties(config))
                .setTopics(config.topic())
                .setDeserializer(new ReceivedDeserializer(config, format));
    }

    private static Received withoutBytes(Received received) {
        Origin origin = received.origin();
        return new Received(
                new Origin(
                        origin.topic(),
                        origin.partition(),
                        origin.offset(),
                        origin.timestampMillis(),
                        null,
                        NO_BYTES),
                received.eventTimeMillis(),
                received.row(),
                received.reason(),
                received.problem());
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
