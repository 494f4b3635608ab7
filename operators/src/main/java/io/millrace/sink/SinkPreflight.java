package io.millrace.sink;

import io.millrace.spec.OutputSpec.Guarantee;
import io.millrace.spec.PipelineSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Asks Kafka, before a job starts, whether it will take what the job is going to send.
 *
 * <p>Each problem is one sentence that says what is, what it must be, and what mends it.
 */
public final class SinkPreflight {
    private static final String MAX_TRANSACTION_TIMEOUT = "transaction.max.timeout.ms";
    private static final String MAX_MESSAGE_BYTES = "max.message.bytes";
    private static final String RETENTION_MILLIS = "retention.ms";
    private static final String CLEANUP_POLICY = "cleanup.policy";

    private final PipelineSpec spec;
    private final String file;
    private final List<String> problems = new ArrayList<>();

    private SinkPreflight(PipelineSpec spec, String file) {
        this.spec = spec;
        this.file = file;
    }

    /**
     * All problems at once; none means that the job may start.
     *
     * @param file the pipeline's file, as commands in the sentences name it
     * @param timeout for each answer of the cluster
     */
    public static List<String> check(PipelineSpec spec, String file, Duration timeout) {
        try (var broker = Broker.connect(spec.kafka(), timeout)) {
            var preflight = new SinkPreflight(spec, file);
            preflight.checkTopics(broker);
            if (spec.output().guarantee() == Guarantee.EXACTLY_ONCE) {
                preflight.checkTransactions(broker.brokerSettings());
            }
            return List.copyOf(preflight.problems);
        } catch (BrokerException e) {
            // Without answers there is nothing else to say.
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    private void checkTopics(Broker broker) {
        TopicPlan plan = TopicPlan.of(spec);
        Set<String> there = broker.topics();
        List<String> missing = plan.topics().stream().filter(t -> !there.contains(t)).toList();
        if (!missing.isEmpty()) {
            problems.add(
                    "%s not exist in Kafka at %s; create with: ./millrace topics %s"
                            .formatted(
                                    missing.size() == 1
                                            ? "topic " + missing.get(0) + " does"
                                            : "topics " + String.join(", ", missing) + " do",
                                    spec.kafka().bootstrapServers(),
                                    file));
        }
        List<String> written = plan.outputs().stream().filter(there::contains).toList();
        broker.topicSettings(written).forEach(this::checkOutput);
        List<String> kept =
                List.of(plan.models(), plan.audit()).stream().filter(there::contains).toList();
        broker.topicSettings(kept).forEach(this::checkKept);
    }

    /** A version that is forgotten could not answer a replay, nor a decision a question. */
    private void checkKept(String topic, Map<String, String> settings) {
        checkNotCompacted(topic, settings);
        if (number(settings, RETENTION_MILLIS, -1) >= 0) {
            problems.add(
                    "topic %s forgets what is older than %s ms; it must keep every record; mend with: %s"
                            .formatted(
                                    topic,
                                    settings.get(RETENTION_MILLIS),
                                    alter(topic, RETENTION_MILLIS, -1)));
        }
    }

    private void checkOutput(String topic, Map<String, String> settings) {
        long maxBytes = number(settings, MAX_MESSAGE_BYTES, Long.MAX_VALUE);
        if (maxBytes < RecordSize.MAX_REQUEST_BYTES) {
            problems.add(
                    "topic %s takes batches of %d bytes; it must take %d; mend with: %s"
                            .formatted(
                                    topic,
                                    maxBytes,
                                    RecordSize.MAX_REQUEST_BYTES,
                                    alter(topic, MAX_MESSAGE_BYTES, RecordSize.MAX_REQUEST_BYTES)));
        }
        checkNotCompacted(topic, settings);
    }

    private void checkNotCompacted(String topic, Map<String, String> settings) {
        if (settings.getOrDefault(CLEANUP_POLICY, "delete").contains("compact")) {
            problems.add(
                    "topic %s is compacted and would keep the last record of each key only; its %s must be delete; mend with: %s"
                            .formatted(
                                    topic, CLEANUP_POLICY, alter(topic, CLEANUP_POLICY, "delete")));
        }
    }

    /** The broker's limit cannot be changed while it runs, so there is no command that mends it. */
    private void checkTransactions(Map<String, Map<String, String>> brokers) {
        long timeoutMillis = spec.output().transactionTimeout().toMillis();
        brokers.forEach(
                (id, settings) -> {
                    long maxMillis = number(settings, MAX_TRANSACTION_TIMEOUT, Long.MAX_VALUE);
                    if (maxMillis < timeoutMillis) {
                        problems.add(
                                "broker %s allows transactions of %d ms (%s); output.transaction-timeout is %d ms; set %s=%d in the broker's server.properties and restart it, or lower output.transaction-timeout"
                                        .formatted(
                                                id,
                                                maxMillis,
                                                MAX_TRANSACTION_TIMEOUT,
                                                timeoutMillis,
                                                MAX_TRANSACTION_TIMEOUT,
                                                timeoutMillis));
                    }
                });
    }

    private String alter(String topic, String name, Object value) {
        return "kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s --add-config %s=%s"
                .formatted(spec.kafka().bootstrapServers(), topic, name, value);
    }

    private static long number(Map<String, String> settings, String name, long unknown) {
        String value = settings.get(name);
        return value == null ? unknown : Long.parseLong(value);
    }
}
