package io.millrace.tests.pipeline;

import io.millrace.registry.RegistryAddress;
import io.millrace.spec.BatchSpec;
import io.millrace.spec.CheckpointSpec;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.DecisionSpec;
import io.millrace.spec.EntitiesSpec;
import io.millrace.spec.EventsSpec;
import io.millrace.spec.FeaturesSpec;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.KafkaSpec;
import io.millrace.spec.ModelSpec;
import io.millrace.spec.OutputSpec;
import io.millrace.spec.OutputSpec.Guarantee;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.StreamSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.types.logical.BigIntType;

/** Descriptions of small pipelines. */
final class Pipelines {

    private Pipelines() {}

    static PipelineSpec onKafka(
            String bootstrapServers, Guarantee guarantee, Duration transactionTimeout) {
        return onKafka(bootstrapServers, guarantee, transactionTimeout, Order.ARRIVAL);
    }

    static PipelineSpec onKafka(
            String bootstrapServers,
            Guarantee guarantee,
            Duration transactionTimeout,
            Order order) {
        var stream =
                new StreamSpec(
                        "transactions",
                        "json",
                        Map.of(),
                        List.of(
                                new ColumnSpec("id", new BigIntType(false)),
                                new ColumnSpec("time", new BigIntType(false))),
                        "id",
                        "time",
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        Duration.ofHours(1),
                        List.of());
        return new PipelineSpec(
                "small",
                new KafkaSpec(bootstrapServers, Map.of()),
                new EventsSpec(stream, Duration.ofHours(1), null),
                null,
                new EntitiesSpec(Map.of("id", List.of("id"))),
                new FeaturesSpec(
                        "small/1",
                        order,
                        null,
                        List.of(new FeaturesSpec.ExpressionSpec("ID", "id"))),
                new ModelSpec(
                        "small",
                        "champion",
                        RegistryAddress.directory(Path.of("models")),
                        BatchSpec.fixed(64, Duration.ofMillis(2)),
                        ModelSpec.Run.AUTO,
                        Duration.ofSeconds(10)),
                new DecisionSpec(0.5, "review", "approve"),
                null,
                new OutputSpec(
                        "scores",
                        "dead-letters",
                        "duplicates",
                        "models",
                        "shadows",
                        "drift",
                        "quality",
                        "alerts",
                        "retrain",
                        "audit",
                        true,
                        guarantee,
                        transactionTimeout),
                new CheckpointSpec(Duration.ofMillis(200), Duration.ofMinutes(1)));
    }
}
