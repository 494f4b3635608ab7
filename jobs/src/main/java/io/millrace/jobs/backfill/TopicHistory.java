package io.millrace.jobs.backfill;

import io.millrace.features.Ties;
import io.millrace.jobs.pipeline.TopicConsumer;
import io.millrace.record.Received;
import io.millrace.source.SourceConfig;
import io.millrace.source.SourceStage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What a topic holds, up to a moment. */
public final class TopicHistory implements History {
    private static final Duration POLL = Duration.ofMillis(200);

    private final String topic;
    private final Map<TopicPartition, Long> from;
    private final Map<TopicPartition, Long> to;

    /** Up to where a topic is read. */
    public enum Until {
        /** What is committed now. */
        LATEST,
        /** The offsets that the pipeline's job has committed. */
        COMMITTED
    }

    private TopicHistory(
            String topic, Map<TopicPartition, Long> from, Map<TopicPartition, Long> to) {
        this.topic = topic;
        this.from = from;
        this.to = to;
    }

    /**
     * Asks Kafka for the range: all that retention has left, up to now or to what the job has read.
     */
    public static TopicHistory of(SourceConfig topic, Until until, Duration timeout) {
        try (Consumer<byte[], byte[]> consumer = TopicConsumer.open(topic)) {
            List<TopicPartition> partitions = partitions(consumer, topic.topic(), timeout);
            Map<TopicPartition, Long> from = consumer.beginningOffsets(partitions, timeout);
            Map<TopicPartition, Long> to =
                    until == Until.LATEST
                            ? consumer.endOffsets(partitions, timeout)
                            : committed(consumer, partitions, from, timeout);
            return new TopicHistory(topic.topic(), from, to);
        }
    }

    /** Hands on the value of each committed record of a topic, up to its end now. */
    public static void readAll(
            SourceConfig settings,
            String topic,
            Duration timeout,
            java.util.function.Consumer<byte[]> each) {
        try (Consumer<byte[], byte[]> consumer = TopicConsumer.open(settings)) {
            List<TopicPartition> partitions = partitions(consumer, topic, timeout);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, timeout);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (partitions.stream()
                    .anyMatch(
                            partition ->
                                    consumer.position(partition, timeout)
                                            < ends.getOrDefault(partition, 0L))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.value() != null) {
                        each.accept(record.value());
                    }
                }
            }
        }
    }

    /** The value of one record as text; null where retention has deleted it. */
    public static @Nullable String record(
            SourceConfig topic, int partition, long offset, Duration timeout) {
        var wanted = new TopicPartition(topic.topic(), partition);
        try (Consumer<byte[], byte[]> consumer = TopicConsumer.open(topic)) {
            consumer.assign(List.of(wanted));
            consumer.seek(wanted, offset);
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
                if (record.offset() == offset && record.value() != null) {
                    return new String(record.value(), StandardCharsets.UTF_8);
                }
            }
            return null;
        }
    }

    private static List<TopicPartition> partitions(
            Consumer<byte[], byte[]> consumer, String topic, Duration timeout) {
        return consumer.partitionsFor(topic, timeout).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    private static Map<TopicPartition, Long> committed(
            Consumer<byte[], byte[]> consumer,
            List<TopicPartition> partitions,
            Map<TopicPartition, Long> from,
            Duration timeout) {
        Map<TopicPartition, OffsetAndMetadata> committed =
                consumer.committed(Set.copyOf(partitions), timeout);
        var to = new HashMap<TopicPartition, Long>();
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata offset = committed.get(partition);
            long first = from.getOrDefault(partition, 0L);
            to.put(partition, offset == null ? first : Math.max(first, offset.offset()));
        }
        return to;
    }

    @Override
    public DataStream<Received> attach(SourceConfig topic, StreamExecutionEnvironment env) {
        return new SourceStage(topic).attachRange(env, from, to);
    }

    @Override
    public boolean mayBeInOrder() {
        // Partitions are read as they come, one ahead of the other.
        return false;
    }

    @Override
    public Ties ties() {
        return Ties.SOURCE;
    }

    /** Whether retention has deleted nothing. */
    @Override
    public boolean isWhole() {
        return from.values().stream().allMatch(offset -> offset == 0);
    }

    @Override
    public String described() {
        return "topic " + topic;
    }

    @Override
    public List<Map<String, Object>> parts() {
        var parts = new TreeMap<Integer, Map<String, Object>>();
        to.forEach(
                (partition, end) -> {
                    var part = new LinkedHashMap<String, Object>();
                    part.put("topic", topic);
                    part.put("partition", partition.partition());
                    part.put("from_offset", from.getOrDefault(partition, 0L));
                    part.put("to_offset", end);
                    parts.put(partition.partition(), part);
                });
        return parts.values().stream().collect(Collectors.toList());
    }
}
