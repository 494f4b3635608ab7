package io.millrace.jobs.local;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.ServerSocketFactory;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker in this JVM: one KRaft node, broker and controller in one, on free loopback
 * ports, with transactions.
 *
 * <p>Its sockets are bound here, to ports that the system chose, and handed to Kafka open: no port
 * can be lost between being found free and being used. A fault inside the broker is logged; it
 * never ends this process.
 *
 * <p>{@link #close()} leaves nothing behind: no thread, no port, no file.
 */
public final class LocalKafka implements AutoCloseable {
    private static final int NODE_ID = 1;
    private static final String BROKER = "BROKER";
    private static final String CONTROLLER = "CONTROLLER";
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final Duration SHUTDOWN = Duration.ofSeconds(10);

    private final Path folder;
    private final int port;
    private final Sockets sockets;
    private final SharedServer shared;
    private final ControllerServer controller;
    private final BrokerServer broker;

    private LocalKafka(
            Path folder, int port, Sockets sockets, KafkaConfig config, Formatted formatted) {
        this.folder = folder;
        this.port = port;
        this.sockets = sockets;
        this.shared =
                new SharedServer(
                        config,
                        formatted.properties(),
                        Time.SYSTEM,
                        new Metrics(),
                        CompletableFuture.completedFuture(
                                QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
                        List.of(),
                        (name, fatal, action) -> new LoggingFaultHandler(name, action),
                        sockets);
        this.controller =
                new ControllerServer(shared, KafkaRaftServer.configSchema(), formatted.metadata());
        this.broker = new BrokerServer(shared);
    }

    /** Starts a broker whose files lie in a temporary folder. */
    public static LocalKafka start() {
        try {
            return start(Files.createTempDirectory("millrace-kafka"), Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a broker and returns once it takes requests.
     *
     * @param folder where its files lie; created where it is missing, deleted on close
     * @param properties broker settings that replace the defaults of this class
     * @throws KafkaException when the broker does not start; nothing is left running then, and the
     *     folder is gone
     */
    public static LocalKafka start(Path folder, Map<String, String> properties) {
        var sockets = new Sockets();
        try {
            Path log = Files.createDirectories(folder.toAbsolutePath().resolve("log"));
            int brokerPort = sockets.bind(BROKER);
            int controllerPort = sockets.bind(CONTROLLER);
            var settings = settings(log, brokerPort, controllerPort);
            settings.putAll(properties);
            var config = KafkaConfig.fromProps(asProperties(settings));
            var kafka = new LocalKafka(folder, brokerPort, sockets, config, format(log, config));
            return kafka.started();
        } catch (Exception e) {
            sockets.close();
            delete(folder);
            throw new KafkaException("the local Kafka broker did not start: " + e.getMessage(), e);
        }
    }

    private LocalKafka started() {
        try {
            controller.startup();
            broker.startup();
            return this;
        } catch (RuntimeException e) {
            stop();
            throw e;
        }
    }

    /** {@code host:port}, for clients in this machine. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Creates a topic and returns once the broker leads all its partitions. */
    public void createTopic(String name, int partitions) {
        createTopic(name, partitions, Map.of());
    }

    /**
     * Creates a topic and returns once the broker leads all its partitions.
     *
     * @param configs topic settings, {@code cleanup.policy=compact}
     */
    public void createTopic(String name, int partitions, Map<String, String> configs) {
        var topic = new NewTopic(name, partitions, (short) 1).configs(configs);
        try (var admin = admin()) {
            admin.createTopics(List.of(topic)).all().get();
            // The controller has made it; the broker learns of it a moment later.
            while (!leadsAll(admin, name)) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "topic %s was not created: %s".formatted(name, e.getCause()), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while topic %s was created".formatted(name), e);
        }
    }

    private static boolean leadsAll(Admin admin, String topic)
            throws ExecutionException, InterruptedException {
        try {
            return admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
                    .flatMap(description -> description.partitions().stream())
                    .allMatch(partition -> partition.leader() != null);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw e;
        }
    }

    /** An admin client of this broker; the caller closes it. */
    public Admin admin() {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()));
    }

    @Override
    public void close() {
        stop();
        delete(folder);
    }

    /** Safe at any point of the start: Kafka ignores what was not started. */
    private void stop() {
        broker.shutdown(SHUTDOWN);
        controller.shutdown();
        sockets.close();
    }

    private static Map<String, String> settings(Path log, int brokerPort, int controllerPort) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(NODE_ID));
        settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        settings.put(
                "listeners",
                "%s://127.0.0.1:%d,%s://127.0.0.1:%d"
                        .formatted(BROKER, brokerPort, CONTROLLER, controllerPort));
        settings.put(
                "listener.security.protocol.map",
                "%s:PLAINTEXT,%s:PLAINTEXT".formatted(BROKER, CONTROLLER));
        settings.put("inter.broker.listener.name", BROKER);
        settings.put("controller.listener.names", CONTROLLER);
        settings.put("log.dirs", log.toString());
        // Simulated records are as old as they say, and by default they would be deleted for it.
        settings.put("log.retention.ms", "-1");

        // One node holds everything, so every internal topic has one replica.
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        // The defaults, 50 each, are folders and files that take seconds to create and to close.
        settings.put("offsets.topic.num.partitions", "2");
        settings.put("transaction.state.log.num.partitions", "2");
        settings.put("share.coordinator.state.topic.num.partitions", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");

        // Kafka's default, stated because pipelines are checked against it.
        settings.put(
                "transaction.max.timeout.ms", Long.toString(Duration.ofMinutes(15).toMillis()));
        // A misspelt topic is an error here as it is on a cluster that is kept well.
        settings.put("auto.create.topics.enable", "false");

        // A laptop's share of threads and memory; the cleaner alone would take 128 MiB.
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20));
        return settings;
    }

    private static Properties asProperties(Map<String, String> settings) {
        var properties = new Properties();
        properties.putAll(settings);
        return properties;
    }

    private static Formatted format(Path log, KafkaConfig config) throws Exception {
        var said = new ByteArrayOutputStream();
        new Formatter()
                .setPrintStream(new PrintStream(said, true, StandardCharsets.UTF_8))
                .setNodeId(NODE_ID)
                .setClusterId(Uuid.randomUuid().toString())
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setControllerListenerName(CONTROLLER)
                .setMetadataLogDirectory(log.toString())
                .addDirectory(log.toString())
                .run();
        var loaded =
                KafkaRaftServer.initializeLogDirs(
                        config, LoggerFactory.getLogger(LocalKafka.class), "");
        return new Formatted(loaded._1(), loaded._2());
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.exists(folder) ? Files.walk(folder) : Stream.empty()) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What formatting wrote to the log folder, as a server reads it back. */
    private record Formatted(MetaPropertiesEnsemble properties, BootstrapMetadata metadata) {}

    /** Sockets that are bound before the broker is configured with their ports. */
    private static final class Sockets implements ServerSocketFactory, AutoCloseable {
        private final Map<String, ServerSocketChannel> bound = new ConcurrentHashMap<>();

        /** Binds the listener to a port that the system chooses. */
        int bind(String listener) throws IOException {
            var socket = ServerSocketChannel.open();
            bound.put(listener, socket);
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), 0));
            return socket.socket().getLocalPort();
        }

        @Override
        public ServerSocketChannel openServerSocket(
                String listener, InetSocketAddress address, int backlog, int receiveBufferBytes)
                throws IOException {
            ServerSocketChannel socket = bound.get(listener);
            if (socket == null) {
                throw new IOException("no socket is bound for listener " + listener);
            }
            socket.configureBlocking(false);
            return socket;
        }

        @Override
        public void close() {
            for (ServerSocketChannel socket : bound.values()) {
                try {
                    socket.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
