package io.millrace.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spec.OutputSpec.Guarantee;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SinkStageTest {

    @Test
    void thePipelineMayTuneTheProducerButNotWeakenTheGuarantee() {
        var properties =
                stage(
                                Guarantee.EXACTLY_ONCE,
                                Map.of(
                                        "linger.ms", "7",
                                        "security.protocol", "SSL",
                                        "acks", "1",
                                        "enable.idempotence", "false",
                                        "transaction.timeout.ms", "1"))
                        .producerProperties();

        assertThat(properties)
                .containsEntry("linger.ms", "7")
                .containsEntry("security.protocol", "SSL")
                .containsEntry("acks", "all")
                .containsEntry("enable.idempotence", "true")
                .containsEntry("transaction.timeout.ms", "900000");
    }

    @Test
    void withoutTransactionsRecordsDoNotWaitForEachOther() {
        assertThat(stage(Guarantee.AT_LEAST_ONCE, Map.of()).producerProperties())
                .containsEntry("linger.ms", "1")
                .containsEntry("acks", "all")
                .doesNotContainKey("transaction.timeout.ms");
    }

    @Test
    void transactionsAreNamedAfterThePipelineAndTheStage() {
        assertThat(Records.CONFIG.transactionalIdPrefix()).isEqualTo("card-fraud-sink");
    }

    private static SinkStage stage(Guarantee guarantee, Map<String, String> properties) {
        return new SinkStage(
                new SinkConfig(
                        "card-fraud",
                        "localhost:9092",
                        properties,
                        "scores",
                        "dead-letters",
                        "duplicates",
                        List.of(),
                        true,
                        guarantee,
                        900_000));
    }
}
