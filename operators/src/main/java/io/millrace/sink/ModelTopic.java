package io.millrace.sink;

import io.millrace.record.ModelLog;
import io.millrace.record.ModelUpdate;
import io.millrace.spec.PipelineSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The announcements of a pipeline in a Kafka topic, which has one partition, so that they have one
 * order, and forgets nothing.
 *
 * @param bootstrapServers {@code host:port[,host:port]}
 * @param properties further client properties
 * @param topic the topic; where there is none, nothing was announced
 */
public record ModelTopic(String bootstrapServers, Map<String, String> properties, String topic)
        implements ModelLog {
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(100);

    public ModelTopic {
        properties = Map.copyOf(properties);
    }

    public static ModelTopic of(PipelineSpec spec) {
        return new ModelTopic(
                spec.kafka().bootstrapServers(), spec.kafka().properties(), spec.output().models());
    }

    /** All that has been announced so far. */
    public List<ModelUpdate> read() {
        try (var reading = open()) {
            return reading.next(Duration.ZERO);
        }
    }

    /**
     * Appends an announcement, and returns once it is durable.
     *
     * @throws BrokerException where the cluster does not answer or refuses, or there is no topic
     */
    public void announce(ModelUpdate update) {
        try (var reading = new TopicReading(consumer(), topic)) {
            if (!reading.isThere()) {
                throw new BrokerException(
                        "topic %s does not exist in Kafka at %s; ./millrace topics creates it"
                                .formatted(topic, bootstrapServers));
            }
        }
        var config = new HashMap<String, Object>(properties);
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, ANSWER.toMillis());
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis() / 2);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
        try (var producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, 0, null, ModelUpdateJson.encode(update)))
                    .get(2 * ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refused(e);
        } catch (ExecutionException e) {
            throw refused(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException | KafkaException e) {
            throw refused(e);
        }
    }

    private BrokerException refused(Throwable cause) {
        return new BrokerException(
                "topic %s at %s does not take the announcement: %s"
                        .formatted(topic, bootstrapServers, cause.getMessage()),
                cause);
    }

    @Override
    public Reading open() {
        return new TopicReading(consumer(), topic);
    }

    private Consumer<byte[], byte[]> consumer() {
        var config = new HashMap<String, Object>(properties);
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
        return new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static final class TopicReading implements Reading {
        private final Consumer<byte[], byte[]> consumer;
        private final TopicPartition partition;
        private boolean isAssigned;
        private boolean isAsked;

        TopicReading(Consumer<byte[], byte[]> consumer, String topic) {
            this.consumer = consumer;
            this.partition = new TopicPartition(topic, 0);
        }

        @Override
        public List<ModelUpdate> next(Duration wait) {
            if (isAssigned) {
                return updates(wait);
            }
            if (isAsked) {
                LockSupport.parkNanos(wait.toNanos());
            }
            isAsked = true;
            if (!isThere()) {
                return List.of();
            }
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<ModelUpdate> all = untilNow();
            isAssigned = true;
            return all;
        }

        /** Asked for a topic that is not there, a broker answers with nothing. */
        boolean isThere() {
            return !consumer.partitionsFor(partition.topic()).isEmpty();
        }

        private List<ModelUpdate> untilNow() {
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            var all = new ArrayList<ModelUpdate>();
            while (consumer.position(partition) < end) {
                all.addAll(updates(POLL));
            }
            return all;
        }

        private List<ModelUpdate> updates(Duration wait) {
            var updates = new ArrayList<ModelUpdate>();
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
                byte[] value = record.value();
                ModelUpdate update = value == null ? null : ModelUpdateJson.decode(value);
                // Whoever may write into the topic may write anything; what says nothing changes
                // nothing, for each reader alike.
                if (update != null) {
                    updates.add(update);
                }
            }
            return updates;
        }

        @Override
        public void close() {
            consumer.close();
        }
    }
}
