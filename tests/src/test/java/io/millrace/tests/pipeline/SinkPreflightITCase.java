package io.millrace.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.jobs.local.LocalKafka;
import io.millrace.sink.BrokerException;
import io.millrace.sink.SinkPreflight;
import io.millrace.sink.TopicPlan;
import io.millrace.spec.OutputSpec.Guarantee;
import io.millrace.spec.PipelineSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SinkPreflightITCase {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final LocalKafka KAFKA = LocalKafka.start();

    @AfterAll
    static void stop() {
        KAFKA.close();
    }

    @BeforeEach
    void noTopics() throws Exception {
        try (var admin = KAFKA.admin()) {
            admin.deleteTopics(admin.listTopics().names().get()).all().get();
            await().until(() -> admin.listTopics().names().get().isEmpty());
        }
    }

    @Test
    void aBrokerThatTakesEverythingHasNoProblems() {
        TopicPlan.of(pipeline(Duration.ofMinutes(15))).create(2, (short) 1, TIMEOUT);

        assertThat(SinkPreflight.check(pipeline(Duration.ofMinutes(15)), "small.yaml", TIMEOUT))
                .isEmpty();
    }

    @Test
    void allProblemsAreToldAtOnceEachWithItsFix() {
        KAFKA.createTopic("scores", 1, Map.of("max.message.bytes", "1000"));
        KAFKA.createTopic("duplicates", 1, Map.of("cleanup.policy", "compact"));

        assertThat(SinkPreflight.check(pipeline(Duration.ofHours(1)), "small.yaml", TIMEOUT))
                .containsExactly(
                        "topics transactions, dead-letters, shadows, models, audit do not exist in Kafka at %s; create with: ./millrace topics small.yaml"
                                .formatted(KAFKA.bootstrapServers()),
                        "topic duplicates is compacted and would keep the last record of each key only; its cleanup.policy must be delete; mend with: kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name duplicates --add-config cleanup.policy=delete"
                                .formatted(KAFKA.bootstrapServers()),
                        "topic scores takes batches of 1000 bytes; it must take 1048576; mend with: kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name scores --add-config max.message.bytes=1048576"
                                .formatted(KAFKA.bootstrapServers()),
                        "broker 1 allows transactions of 900000 ms (transaction.max.timeout.ms);"
                                + " output.transaction-timeout is 3600000 ms; set"
                                + " transaction.max.timeout.ms=3600000 in the broker's"
                                + " server.properties and restart it, or lower"
                                + " output.transaction-timeout");
    }

    @Test
    void announcementsMustNeitherBeForgottenNorCompacted() {
        TopicPlan.of(pipeline(Duration.ofMinutes(15))).create(2, (short) 1, TIMEOUT);
        try (var admin = KAFKA.admin()) {
            assertThat(
                            admin.describeTopics(List.of("models"))
                                    .allTopicNames()
                                    .get()
                                    .get("models")
                                    .partitions())
                    .hasSize(1);
            admin.deleteTopics(List.of("models")).all().get();
            await().until(() -> !admin.listTopics().names().get().contains("models"));
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
        KAFKA.createTopic(
                "models", 1, Map.of("cleanup.policy", "compact", "retention.ms", "604800000"));

        assertThat(SinkPreflight.check(pipeline(Duration.ofMinutes(15)), "small.yaml", TIMEOUT))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("topic models is compacted");
        assertThat(SinkPreflight.check(pipeline(Duration.ofMinutes(15)), "small.yaml", TIMEOUT))
                .last()
                .asString()
                .startsWith(
                        "topic models forgets what is older than 604800000 ms; it must keep every"
                                + " record; mend with: kafka-configs.sh");
    }

    @Test
    void withoutTransactionsTheirTimeoutIsNoProblem() {
        var spec =
                Pipelines.onKafka(
                        KAFKA.bootstrapServers(), Guarantee.AT_LEAST_ONCE, Duration.ofHours(1));
        TopicPlan.of(spec).create(1, (short) 1, TIMEOUT);

        assertThat(SinkPreflight.check(spec, "small.yaml", TIMEOUT)).isEmpty();
    }

    @Test
    void aBrokerThatIsNotThereIsToldInTime() throws IOException {
        String nobody = "127.0.0.1:" + freePort();

        assertThat(
                        SinkPreflight.check(
                                Pipelines.onKafka(
                                        nobody, Guarantee.EXACTLY_ONCE, Duration.ofMinutes(15)),
                                "small.yaml",
                                Duration.ofSeconds(1)))
                .containsExactly(
                        "Kafka at %s does not answer within 1 s; start it, or mend kafka.bootstrap-servers"
                                .formatted(nobody));
    }

    @Test
    void anAddressThatIsNoneIsToldWithoutWaiting() {
        assertThat(
                        SinkPreflight.check(
                                Pipelines.onKafka(
                                        "no address",
                                        Guarantee.EXACTLY_ONCE,
                                        Duration.ofMinutes(15)),
                                "small.yaml",
                                TIMEOUT))
                .containsExactly(
                        "the Kafka client does not start: Invalid url in bootstrap.servers: no"
                                + " address; mend kafka.bootstrap-servers (no address) or"
                                + " kafka.properties");
    }

    @Test
    void onlyTopicsThatAreMissingAreCreated() {
        KAFKA.createTopic("transactions", 3);
        TopicPlan plan = TopicPlan.of(pipeline(Duration.ofMinutes(15)));

        TopicPlan.Created first = plan.create(2, (short) 1, TIMEOUT);
        TopicPlan.Created second = plan.create(2, (short) 1, TIMEOUT);

        assertThat(first.created())
                .containsExactly(
                        "scores", "dead-letters", "duplicates", "shadows", "models", "audit");
        assertThat(first.existing()).containsExactly("transactions");
        assertThat(second.created()).isEmpty();
        assertThat(second.existing())
                .containsExactly(
                        "transactions",
                        "scores",
                        "dead-letters",
                        "duplicates",
                        "shadows",
                        "models",
                        "audit");
    }

    @Test
    void moreReplicasThanBrokersAreRefusedInASentence() {
        assertThatThrownBy(
                        () ->
                                TopicPlan.of(pipeline(Duration.ofMinutes(15)))
                                        .create(1, (short) 3, TIMEOUT))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("Kafka at " + KAFKA.bootstrapServers() + " refuses: ")
                .hasMessageContaining("replication factor of 3");
    }

    private static PipelineSpec pipeline(Duration transactionTimeout) {
        return Pipelines.onKafka(
                KAFKA.bootstrapServers(), Guarantee.EXACTLY_ONCE, transactionTimeout);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
