package io.millrace.jobs.pipeline;

import io.millrace.source.SourceConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How tools look at a pipeline's topics: in its group's name, and without a trace. */
public final class TopicConsumer {

    private static final Duration POLL = Duration.ofMillis(200);

    private TopicConsumer() {}

    /** A consumer of committed records that sees the group's offsets and never moves them. */
    public static org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> open(
            SourceConfig topic) {
        var config = new HashMap<String, Object>();
        config.put(ConsumerConfig.GROUP_ID_CONFIG, topic.groupId());
        config.putAll(topic.properties());
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, topic.bootstrapServers());
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
        return new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * Hands over all committed records of some topics. Their ends are taken first, so that a
     * running job does not keep the reader.
     *
     * @param source tells the cluster and the group
     */
    public static void readAll(
            SourceConfig source,
            List<String> topics,
            Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try (var consumer = open(source)) {
            List<TopicPartition> partitions =
                    topics.stream()
                            .flatMap(topic -> consumer.partitionsFor(topic).stream())
                            .map(found -> new TopicPartition(found.topic(), found.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(POLL).forEach(each);
            }
        }
    }
}
