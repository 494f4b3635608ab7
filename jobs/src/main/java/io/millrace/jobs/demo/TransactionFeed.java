package io.millrace.jobs.demo;

import io.millrace.jobs.simulator.BadRecords;
import io.millrace.jobs.simulator.LabelledSimulation;
import io.millrace.jobs.simulator.SimulatedJson;
import io.millrace.jobs.simulator.SimulatedLabel;
import io.millrace.jobs.simulator.SimulatedRecord;
import io.millrace.jobs.simulator.SimulatedTransaction;
import io.millrace.jobs.simulator.SimulatorConfig;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends a simulation to its topics, transactions at a steady rate and labels as they become known,
 * on a thread of its own.
 */
final class TransactionFeed implements Runnable {
    private static final int CHECK_EVERY = 50;
    private static final int BATCH_BYTES = 64 << 10;

    private final DemoConfig config;
    private final String bootstrapServers;
    private final String transactionTopic;
    private final String labelTopic;
    private final LabelledSimulation simulation;
    private final Verdicts verdicts;

    private volatile boolean stopped;
    private volatile long sent;
    private volatile long transactions;
    private volatile long simulatedMillis = SimulatorConfig.START.toEpochMilli();
    private volatile boolean done;
    private volatile @Nullable Exception failure;

    TransactionFeed(
            DemoConfig config,
            String bootstrapServers,
            String transactionTopic,
            String labelTopic,
            LabelledSimulation simulation,
            Verdicts verdicts) {
        this.config = config;
        this.bootstrapServers = bootstrapServers;
        this.transactionTopic = transactionTopic;
        this.labelTopic = labelTopic;
        this.simulation = simulation;
        this.verdicts = verdicts;
    }

    @Override
    public void run() {
        try (var producer =
                new KafkaProducer<>(
                        settings(), new ByteArraySerializer(), new ByteArraySerializer())) {
            send(producer);
            producer.flush();
            done = true;
        } catch (Exception e) {
            failure = e;
        }
    }

    /** Records in the transaction topic, bad ones included. */
    long sent() {
        return sent;
    }

    /** Good records in the transaction topic. */
    long transactions() {
        return transactions;
    }

    /** How far the simulation is, epoch milliseconds. */
    long simulatedMillis() {
        return simulatedMillis;
    }

    boolean isDone() {
        return done;
    }

    @Nullable Exception failure() {
        return failure;
    }

    void stop() {
        stopped = true;
    }

    private Map<String, Object> settings() {
        return Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                ProducerConfig.LINGER_MS_CONFIG, 2,
                ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    }

    private void send(KafkaProducer<byte[], byte[]> producer) {
        var json = new SimulatedJson();
        var bad = new BadRecords(config.seed(), config.badShare());
        long began = System.nanoTime();
        long count = 0;
        while (simulation.hasNext() && !stopped && failure == null) {
            SimulatedRecord next = simulation.next();
            if (next instanceof SimulatedLabel label) {
                verdicts.labelled(label.transactionId());
                send(producer, labelTopic, label.customerId(), json.encode(label));
            } else if (next instanceof SimulatedTransaction transaction) {
                verdicts.happened(transaction);
                send(
                        producer,
                        transactionTopic,
                        transaction.customerId(),
                        json.encode(transaction));
                count++;
                var follower = bad.after(transaction);
                if (follower != null) {
                    send(producer, transactionTopic, follower.customerId(), follower.json());
                    count++;
                }
                sent = count;
                transactions = transaction.id() + 1;
                if (config.rate() > 0 && transaction.id() % CHECK_EVERY == 0) {
                    waitUntil(began, transaction.id());
                }
            }
            simulatedMillis = next.eventTimeMillis();
        }
    }

    private void waitUntil(long began, long transactions) {
        long due = began + transactions * TimeUnit.SECONDS.toNanos(1) / config.rate();
        long left;
        while ((left = due - System.nanoTime()) > 0 && !stopped) {
            LockSupport.parkNanos(left);
        }
    }

    /** By customer, so that each customer's records stay in their order. */
    // The callback sees what the future would say.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void send(
            KafkaProducer<byte[], byte[]> producer, String topic, long customerId, byte[] value) {
        byte[] key = Long.toString(customerId).getBytes(StandardCharsets.US_ASCII);
        producer.send(
                new ProducerRecord<>(topic, key, value),
                (metadata, exception) -> {
                    if (exception != null) {
                        failure = exception;
                    }
                });
    }
}
