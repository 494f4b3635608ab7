package io.millrace.sink;

import io.millrace.record.ModelDecision;
import io.millrace.record.ModelUpdate;
import io.millrace.spec.PipelineSpec;
import java.util.HashMap;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads what has been announced and decided about a pipeline's model, and appends an announcement
 * and the decision behind it, both or neither.
 *
 * <p>One writes at a time: all journals of a pipeline share one transactional id, so opening one
 * ends whatever transaction another has begun, and the other can write no more. So what was read
 * after opening is still all there is when it is written.
 */
public final class ModelJournal implements AutoCloseable {
    private static final int TRANSACTION_MILLIS = 20_000;

    private final PipelineSpec spec;
    private final KafkaProducer<byte[], byte[]> producer;

    private ModelJournal(PipelineSpec spec) {
        this.spec = spec;
        var config = new HashMap<String, Object>(spec.kafka().properties());
        int answerMillis = (int) TopicReading.ANSWER.toMillis();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, spec.kafka().bootstrapServers());
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, spec.pipeline() + ".journal");
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MILLIS);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, answerMillis);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, answerMillis / 2);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, answerMillis);
        producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Opens a pipeline's journal, after which no other one that is open can write.
     *
     * @throws BrokerException where the cluster does not answer or refuses, or a topic is missing
     */
    public static ModelJournal open(PipelineSpec spec) {
        for (String topic : List.of(spec.output().models(), spec.output().audit())) {
            requireThere(spec, topic);
        }
        var journal = new ModelJournal(spec);
        try {
            journal.producer.initTransactions();
            return journal;
        } catch (KafkaException e) {
            journal.close();
            throw journal.refused(e);
        }
    }

    private static void requireThere(PipelineSpec spec, String topic) {
        var kafka = spec.kafka();
        try (var reading =
                new TopicReading<>(
                        kafka.bootstrapServers(),
                        kafka.properties(),
                        topic,
                        ModelUpdateJson::decode)) {
            if (!reading.isThere()) {
                throw new BrokerException(
                        "topic %s does not exist in Kafka at %s; ./millrace topics creates it"
                                .formatted(topic, kafka.bootstrapServers()));
            }
        }
    }

    /** All that has been announced so far, in its order. */
    public List<ModelUpdate> announced() {
        return ModelTopic.of(spec).read();
    }

    /** All that has been decided so far, in its order. */
    public List<ModelDecision> decided() {
        return decided(spec);
    }

    /** The same of a pipeline whose journal nobody needs to open. */
    public static List<ModelDecision> decided(PipelineSpec spec) {
        try (var reading =
                new TopicReading<>(
                        spec.kafka().bootstrapServers(),
                        spec.kafka().properties(),
                        spec.output().audit(),
                        ModelDecisionJson::decode)) {
            return reading.rest();
        }
    }

    /**
     * Appends, and returns once both are durable.
     *
     * @param update null where nothing is announced
     * @throws OvertakenException where another journal was opened since: then neither is written
     * @throws BrokerException where the cluster does not answer or refuses
     */
    public void write(@Nullable ModelUpdate update, ModelDecision decision) {
        write(update == null ? List.of() : List.of(update), List.of(decision));
    }

    /** The same of several, all or none. */
    public void write(List<ModelUpdate> updates, List<ModelDecision> decisions) {
        try {
            producer.beginTransaction();
            updates.forEach(update -> send(spec.output().models(), ModelUpdateJson.encode(update)));
            decisions.forEach(
                    decision -> send(spec.output().audit(), ModelDecisionJson.encode(decision)));
            producer.commitTransaction();
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            throw overtaken(e);
        } catch (KafkaException e) {
            if (e.getCause() instanceof ProducerFencedException
                    || e.getCause() instanceof InvalidProducerEpochException) {
                throw overtaken(e);
            }
            throw refused(e);
        }
    }

    private void send(String topic, byte[] value) {
        // The commit fails where a record of it has not arrived.
        var unused = producer.send(new ProducerRecord<>(topic, 0, null, value));
    }

    private OvertakenException overtaken(KafkaException cause) {
        return new OvertakenException(
                "somebody else announces for %s at this moment; nothing was announced"
                        .formatted(spec.pipeline()),
                cause);
    }

    private BrokerException refused(KafkaException cause) {
        return new BrokerException(
                "topics %s and %s at %s do not take the announcement: %s"
                        .formatted(
                                spec.output().models(),
                                spec.output().audit(),
                                spec.kafka().bootstrapServers(),
                                cause.getMessage()),
                cause);
    }

    @Override
    public void close() {
        producer.close();
    }
}
