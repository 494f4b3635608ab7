package io.millrace.jobs.pipeline;

import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.Sentence;
import io.millrace.spec.KafkaSpec;
import io.millrace.spec.PipelineSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The Kafka cluster of a pipeline, asked before anything is started: is it there, has it the
 * topics?
 */
public final class Broker implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 8;

    private final KafkaSpec kafka;
    private final Admin admin;

    private Broker(KafkaSpec kafka, Admin admin) {
        this.kafka = kafka;
        this.admin = admin;
    }

    /**
     * Connects.
     *
     * @throws CommandFailure when no broker answers
     */
    public static Broker reach(KafkaSpec kafka) {
        var settings = new HashMap<String, Object>(kafka.properties());
        settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 1000 * TIMEOUT_SECONDS / 2);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 1000 * TIMEOUT_SECONDS / 2);
        Broker broker;
        try {
            broker = new Broker(kafka, Admin.create(settings));
        } catch (KafkaException e) {
            throw CommandFailure.badInput("kafka: %s", Sentence.rootOf(e));
        }
        try {
            broker.get(broker.admin.describeCluster().nodes());
            return broker;
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
    }

    /** The topics that a pipeline reads; it cannot start without them. */
    public static List<String> inputs(PipelineSpec spec) {
        var topics = new ArrayList<String>();
        topics.add(spec.events().stream().topic());
        if (spec.labels() != null) {
            topics.add(spec.labels().stream().topic());
        }
        return topics;
    }

    /** All topics of a pipeline, in the order in which records pass them. */
    public static Set<String> topics(PipelineSpec spec) {
        var topics = new LinkedHashSet<>(inputs(spec));
        topics.add(spec.output().scores());
        topics.add(spec.output().deadLetters());
        topics.add(spec.output().duplicates());
        return topics;
    }

    /** How many partitions each of the topics has; those that do not exist are left out. */
    public Map<String, Integer> partitions(Collection<String> topics) {
        var partitions = new TreeMap<String, Integer>();
        Map<String, KafkaFuture<TopicDescription>> asked =
                admin.describeTopics(topics).topicNameValues();
        asked.forEach(
                (topic, answer) ->
                        describe(answer)
                                .ifPresent(d -> partitions.put(topic, d.partitions().size())));
        return partitions;
    }

    /**
     * Refuses to go on without the topics.
     *
     * @throws CommandFailure when one is missing: names all that are
     */
    public void requireTopics(Collection<String> topics, String pipelineFile) {
        Set<String> existing = partitions(topics).keySet();
        List<String> missing = topics.stream().filter(t -> !existing.contains(t)).toList();
        if (!missing.isEmpty()) {
            throw CommandFailure.failed(
                    "%s %s not exist at %s; create what the pipeline needs with: ./millrace topics"
                            + " %s",
                    (missing.size() == 1 ? "topic " : "topics ") + String.join(", ", missing),
                    missing.size() == 1 ? "does" : "do",
                    kafka.bootstrapServers(),
                    pipelineFile);
        }
    }

    /**
     * Creates a topic where there is none.
     *
     * @param replication how many copies; empty for the broker's default
     * @return false where the topic exists
     */
    public boolean create(String topic, int partitions, Optional<Short> replication) {
        try {
            get(
                    admin.createTopics(
                                    List.of(
                                            new NewTopic(
                                                    topic, Optional.of(partitions), replication)))
                            .all());
            return true;
        } catch (CommandFailure e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        admin.close(java.time.Duration.ZERO);
    }

    private Optional<TopicDescription> describe(KafkaFuture<TopicDescription> answer) {
        try {
            return Optional.of(get(answer));
        } catch (CommandFailure e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private <T> T get(KafkaFuture<T> answer) {
        try {
            return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while asking %s", kafka.bootstrapServers());
        } catch (TimeoutException e) {
            throw unreachable(e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
                throw unreachable(cause);
            }
            throw CommandFailure.failed(
                            "Kafka at %s: %s", kafka.bootstrapServers(), Sentence.of(cause))
                    .causedBy(cause);
        }
    }

    private CommandFailure unreachable(Throwable cause) {
        return CommandFailure.failed(
                        "no Kafka broker answers at %s within %d s; start one, or set"
                                + " kafka.bootstrap-servers to where it is",
                        kafka.bootstrapServers(), TIMEOUT_SECONDS)
                .causedBy(cause);
    }
}
