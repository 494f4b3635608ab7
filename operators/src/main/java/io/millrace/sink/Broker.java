package io.millrace.sink;

import io.millrace.spec.KafkaSpec;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TopicExistsException;

/** Asks a Kafka cluster about itself, and waits no longer than it was told to. */
final class Broker implements AutoCloseable {
    private static final long POLL_NANOS = Duration.ofMillis(20).toNanos();

    private final Admin admin;
    private final String bootstrapServers;
    private final Duration timeout;

    private Broker(Admin admin, String bootstrapServers, Duration timeout) {
        this.admin = admin;
        this.bootstrapServers = bootstrapServers;
        this.timeout = timeout;
    }

    static Broker connect(KafkaSpec kafka, Duration timeout) {
        var config = new HashMap<String, Object>(kafka.properties());
        String timeoutMillis = Long.toString(timeout.toMillis());
        config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMillis);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMillis);
        try {
            return new Broker(Admin.create(config), kafka.bootstrapServers(), timeout);
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new BrokerException(
                    "the Kafka client does not start: %s; mend kafka.bootstrap-servers (%s) or kafka.properties"
                            .formatted(cause.getMessage(), kafka.bootstrapServers()),
                    e);
        }
    }

    /** The names of all topics. */
    Set<String> topics() {
        return await(admin.listTopics().names());
    }

    /** A topic's settings, by name. */
    Map<String, Map<String, String>> topicSettings(Collection<String> topics) {
        return settings(ConfigResource.Type.TOPIC, topics);
    }

    /** Every broker's settings, by the broker's id. */
    Map<String, Map<String, String>> brokerSettings() {
        List<String> ids =
                await(admin.describeCluster().nodes()).stream()
                        .map(node -> node.idString())
                        .toList();
        return settings(ConfigResource.Type.BROKER, ids);
    }

    /**
     * The transactions whose ids begin with a prefix. Those that nobody has used for 7 days (by
     * default) are forgotten.
     */
    List<TransactionListing> transactions(String prefix) {
        return await(admin.listTransactions().all()).stream()
                .filter(transaction -> transaction.transactionalId().startsWith(prefix))
                .toList();
    }

    /**
     * Creates a topic.
     *
     * @return false where it exists, perhaps since a moment ago
     */
    boolean create(NewTopic topic) {
        try {
            await(admin.createTopics(List.of(topic)).all());
            return true;
        } catch (BrokerException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Waits until the cluster tells of the topics: it makes one first, and then tells every broker.
     */
    void awaitTopics(Collection<String> names) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!topics().containsAll(names)) {
            if (System.nanoTime() > deadline) {
                throw new BrokerException(
                        "Kafka at %s created topics %s and does not tell of them after %d s; see its log"
                                .formatted(
                                        bootstrapServers,
                                        String.join(", ", names),
                                        timeout.toSeconds()));
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @Override
    public void close() {
        admin.close(timeout);
    }

    private Map<String, Map<String, String>> settings(
            ConfigResource.Type type, Collection<String> names) {
        List<ConfigResource> resources =
                new TreeSet<>(names).stream().map(name -> new ConfigResource(type, name)).toList();
        Map<ConfigResource, Config> described = await(admin.describeConfigs(resources).all());
        var settings = new LinkedHashMap<String, Map<String, String>>();
        for (ConfigResource resource : resources) {
            var values = new HashMap<String, String>();
            Config config = described.get(resource);
            if (config != null) {
                // A secret's value is not told.
                config.entries().stream()
                        .filter(entry -> entry.value() != null)
                        .forEach(entry -> values.put(entry.name(), entry.value()));
            }
            settings.put(resource.name(), values);
        }
        return settings;
    }

    private <T> T await(KafkaFuture<T> future) {
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw failed(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerException("interrupted while Kafka was asked", e);
        }
    }

    private BrokerException failed(Throwable cause) {
        if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
            return unreachable(cause);
        }
        if (cause instanceof AuthenticationException) {
            return new BrokerException(
                    "Kafka at %s refuses the client: %s; mend the credentials in kafka.properties"
                            .formatted(bootstrapServers, cause.getMessage()),
                    cause);
        }
        return new BrokerException(
                "Kafka at %s refuses: %s".formatted(bootstrapServers, cause.getMessage()), cause);
    }

    private BrokerException unreachable(Throwable cause) {
        return new BrokerException(
                "Kafka at %s does not answer within %d s; start it, or mend kafka.bootstrap-servers"
                        .formatted(bootstrapServers, timeout.toSeconds()),
                cause);
    }
}
