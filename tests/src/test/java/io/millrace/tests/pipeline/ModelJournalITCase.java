package io.millrace.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.millrace.jobs.local.LocalKafka;
import io.millrace.record.ModelDecision;
import io.millrace.record.ModelDecision.Action;
import io.millrace.record.ModelDecision.Evidence;
import io.millrace.record.ModelDecision.Finding;
import io.millrace.record.ModelUpdate;
import io.millrace.sink.BrokerException;
import io.millrace.sink.ModelJournal;
import io.millrace.sink.ModelTopic;
import io.millrace.sink.OvertakenException;
import io.millrace.sink.TopicPlan;
import io.millrace.spec.OutputSpec.Guarantee;
import io.millrace.spec.PipelineSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Announcements and decisions of several who write at once. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ModelJournalITCase {
    private static LocalKafka kafka;
    private static PipelineSpec spec;

    @BeforeAll
    static void start() {
        kafka = LocalKafka.start();
        spec =
                Pipelines.onKafka(
                        kafka.bootstrapServers(), Guarantee.EXACTLY_ONCE, Duration.ofMinutes(15));
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Test
    @Order(1)
    void withoutItsTopicsThereIsNone() {
        assertThatExceptionOfType(BrokerException.class)
                .isThrownBy(() -> ModelJournal.open(spec))
                .withMessageContaining("topic models does not exist")
                .withMessageContaining("./millrace topics creates it");
        TopicPlan.of(spec).create(1, (short) 1, Duration.ofSeconds(10));
        assertThat(ModelJournal.decided(spec)).isEmpty();
    }

    @Test
    @Order(2)
    void whoeverBeginsLaterWritesAndTheOtherWritesNothing() {
        try (var early = ModelJournal.open(spec);
                var late = ModelJournal.open(spec)) {
            assertThatExceptionOfType(OvertakenException.class)
                    .isThrownBy(() -> early.write(update("1"), decision("1")))
                    .withMessage(
                            "somebody else announces for small at this moment; nothing was"
                                    + " announced");
            late.write(update("2"), decision("2"));
        }
        try (var next = ModelJournal.open(spec)) {
            assertThat(next.announced()).containsExactly(update("2"));
            assertThat(next.decided()).containsExactly(decision("2"));
            next.write(null, decision("3"));
        }
        await().untilAsserted(
                        () ->
                                assertThat(ModelJournal.decided(spec))
                                        .containsExactly(decision("2"), decision("3")));
        assertThat(ModelTopic.of(spec).read()).containsExactly(update("2"));
    }

    private static ModelUpdate update(String version) {
        return new ModelUpdate("small", version, "sha256:" + version, 7, 3, "a test");
    }

    private static ModelDecision decision(String version) {
        return new ModelDecision(
                Action.PROMOTE,
                "guard",
                "it is better",
                false,
                "small/" + version + "/3",
                "small",
                version,
                "sha256:" + version,
                0.25,
                "0",
                3,
                7L,
                new Evidence(
                        1_000,
                        2_000,
                        1,
                        300,
                        List.of(
                                new Finding("errors", 0.1, 0.2, 0.01, 300, 0.001, 0.05),
                                new Finding(
                                        "other_decisions",
                                        0.1,
                                        Double.NaN,
                                        1,
                                        300,
                                        Double.NaN,
                                        Double.NaN)),
                        List.of("drift/a")));
    }
}
