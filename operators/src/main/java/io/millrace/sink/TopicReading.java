package io.millrace.sink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * One reader's place in a topic, from its beginning or a time on: the committed records of all
 * partitions, each partition's in its order. Not safe for concurrent use.
 */
class TopicReading<T> implements AutoCloseable {
    static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(100);

    private final Consumer<byte[], byte[]> consumer;
    private final String topic;
    private final Function<byte[], @Nullable T> decoder;
    private final long sinceMillis;
    private boolean isAssigned;
    private boolean isAsked;

    /**
     * @param decoder gives null for bytes that are no such record; they are passed over, since
     *     whoever may write into a topic may write anything
     */
    TopicReading(
            String bootstrapServers,
            Map<String, String> properties,
            String topic,
            Function<byte[], @Nullable T> decoder) {
        this(bootstrapServers, properties, topic, decoder, 0);
    }

    /**
     * @param sinceMillis what was written before is passed over, epoch milliseconds
     */
    TopicReading(
            String bootstrapServers,
            Map<String, String> properties,
            String topic,
            Function<byte[], @Nullable T> decoder,
            long sinceMillis) {
        var config = new HashMap<String, Object>(properties);
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
        this.consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.topic = topic;
        this.decoder = decoder;
        this.sinceMillis = sinceMillis;
    }

    /**
     * The records since the last call. The first call that finds the topic gives all that there
     * were when it was made; a later one waits for some, so long at most.
     */
    public List<T> next(Duration wait) {
        if (isAssigned) {
            return decoded(wait);
        }
        if (isAsked) {
            LockSupport.parkNanos(wait.toNanos());
        }
        isAsked = true;
        List<TopicPartition> partitions = partitions();
        if (partitions.isEmpty()) {
            return List.of();
        }
        consumer.assign(partitions);
        seek(partitions);
        List<T> all = untilNow();
        isAssigned = true;
        return all;
    }

    private void seek(List<TopicPartition> partitions) {
        if (sinceMillis <= 0) {
            consumer.seekToBeginning(partitions);
            return;
        }
        Map<TopicPartition, Long> since = new HashMap<>();
        partitions.forEach(partition -> since.put(partition, sinceMillis));
        consumer.offsetsForTimes(since)
                .forEach(
                        (partition, found) -> {
                            if (found == null) {
                                consumer.seekToEnd(List.of(partition));
                            } else {
                                consumer.seek(partition, found.offset());
                            }
                        });
    }

    /** All there is by now, since the last call. */
    List<T> rest() {
        return isAssigned ? untilNow() : next(Duration.ZERO);
    }

    /** Asked for a topic that is not there, a broker answers with nothing. */
    boolean isThere() {
        return !partitions().isEmpty();
    }

    private List<TopicPartition> partitions() {
        return consumer.partitionsFor(topic).stream()
                .map(found -> new TopicPartition(found.topic(), found.partition()))
                .toList();
    }

    private List<T> untilNow() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        var all = new ArrayList<T>();
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            all.addAll(decoded(POLL));
        }
        return all;
    }

    private List<T> decoded(Duration wait) {
        var records = new ArrayList<T>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
            byte[] value = record.value();
            T decoded = value == null ? null : decoder.apply(value);
            if (decoded != null) {
                records.add(decoded);
            }
        }
        return records;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
