package io.millrace.tests.pipeline;

import io.millrace.jobs.simulator.BadRecords;
import io.millrace.jobs.simulator.BadRecords.BadRecord;
import io.millrace.jobs.simulator.LabelledSimulation;
import io.millrace.jobs.simulator.Scenario;
import io.millrace.jobs.simulator.SimulatedJson;
import io.millrace.jobs.simulator.SimulatedLabel;
import io.millrace.jobs.simulator.SimulatedRecord;
import io.millrace.jobs.simulator.SimulatedTransaction;
import io.millrace.jobs.simulator.SimulatorConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a simulation's transactions, labels and bad rows to two topics of two partitions each.
 */
public final class SimulatedFeed implements AutoCloseable {
    public static final String TRANSACTIONS = "transactions";
    public static final String LABELS = "transaction-labels";
    public static final int PARTITIONS = 2;

    private static final Duration CLOSING = Duration.ofDays(60);

    /** How much later than a label its correction becomes known. */
    private static final Duration CORRECTED_AFTER = Duration.ofHours(5);

    /** One label in so many is corrected. */
    private static final int CORRECTED = 5;

    private final LabelledSimulation simulation;
    private final BadRecords bad;
    private final SimulatedJson json = new SimulatedJson();
    private final KafkaProducer<byte[], byte[]> producer;

    /** Corrections that are not known yet, in order; null where labels are never corrected. */
    private @Nullable Queue<SimulatedLabel> corrections;

    private long lastMillis;
    private int good;
    private int events;

    public SimulatedFeed(String bootstrapServers, SimulatorConfig config, double badShare) {
        simulation = new LabelledSimulation(config);
        bad = new BadRecords(config.seed(), badShare);
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", bootstrapServers),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    /** Lets some labels be followed by the opposite, a few hours later. */
    public SimulatedFeed correctingLabels() {
        corrections = new ArrayDeque<>();
        return this;
    }

    /** Publishes until so many good transactions, and what comes between them, have been sent. */
    public void publish(int transactions) {
        int until = good + transactions;
        while (good < until && simulation.hasNext()) {
            SimulatedRecord record = simulation.next();
            correctUntil(record.eventTimeMillis());
            lastMillis = record.eventTimeMillis();
            if (record instanceof SimulatedTransaction transaction) {
                good++;
                event(transaction.customerId(), json.encode(transaction));
                BadRecord after = bad.after(transaction);
                if (after != null) {
                    event(after.customerId(), after.json());
                }
            } else if (record instanceof SimulatedLabel label) {
                send(LABELS, label.terminalId(), json.encode(label));
                if (corrections != null && label.transactionId() % CORRECTED == 0) {
                    corrections.add(
                            new SimulatedLabel(
                                    label.transactionId(),
                                    lastMillis + CORRECTED_AFTER.toMillis(),
                                    label.customerId(),
                                    label.terminalId(),
                                    !label.fraud()));
                }
            }
        }
        producer.flush();
    }

    private void correctUntil(long millis) {
        while (corrections != null
                && !corrections.isEmpty()
                && corrections.element().eventTimeMillis() <= millis) {
            SimulatedLabel correction = corrections.remove();
            lastMillis = correction.eventTimeMillis();
            send(LABELS, correction.terminalId(), json.encode(correction));
        }
    }

    /**
     * Publishes a transaction and a label far in the future to every partition, so that event time
     * passes everything before them. They themselves wait for ever.
     */
    public void publishClosing() {
        lastMillis += CLOSING.toMillis();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            long id = Long.MAX_VALUE - partition;
            send(
                    TRANSACTIONS,
                    partition,
                    json.encode(
                            new SimulatedTransaction(
                                    id, lastMillis, partition, partition, 100, Scenario.GENUINE)));
            send(
                    LABELS,
                    partition,
                    json.encode(new SimulatedLabel(id, lastMillis, partition, partition, false)));
        }
        producer.flush();
    }

    private void event(long customerId, byte[] bytes) {
        events++;
        send(TRANSACTIONS, customerId, bytes);
    }

    // A record that was not written is missed by whoever counts them.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void send(String topic, long entity, byte[] bytes) {
        // The event time as the record's timestamp: the clock of this machine plays no part.
        producer.send(
                new ProducerRecord<>(topic, (int) (entity % PARTITIONS), lastMillis, null, bytes));
    }

    /** The event time of what was sent last; all that follows is as new or newer. */
    Instant newest() {
        return Instant.ofEpochMilli(lastMillis);
    }

    /** Good transactions that have been sent. */
    public int good() {
        return good;
    }

    /** Records that have been sent to the transactions' topic, without the closing ones. */
    public int events() {
        return events;
    }

    @Override
    public void close() {
        producer.close();
    }
}
