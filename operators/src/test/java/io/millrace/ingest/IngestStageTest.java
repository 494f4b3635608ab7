package io.millrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.record.Event;
import io.millrace.record.EventTypeInfo;
import io.millrace.record.Received;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.EventsSpec;
import io.millrace.spec.EventsSpec.DeduplicateSpec;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.LabelsSpec;
import io.millrace.spec.StreamSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IngestStageTest {
    private static final StreamSpec STREAM =
            new StreamSpec(
                    "transactions",
                    "json",
                    Map.of(),
                    Rows.COLUMNS,
                    "id",
                    "at",
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofHours(1),
                    List.of());

    private static EventsSpec events(@Nullable DeduplicateSpec deduplicate) {
        return new EventsSpec(STREAM, Duration.ofHours(1), deduplicate);
    }

    @Test
    void inArrivalOrderEventsMayBeLateAndLabelsAlwaysMay() {
        assertThat(IngestConfig.from(events(null), Order.ARRIVAL).latenessMillis())
                .isEqualTo(Rows.HOUR);
        assertThat(IngestConfig.from(new LabelsSpec(STREAM, "amount"), Order.ARRIVAL))
                .returns(IngestConfig.NEVER_LATE, IngestConfig::latenessMillis)
                .returns("labels", IngestConfig::name)
                .returns(null, IngestConfig::deduplicate);
    }

    @Test
    void inEventTimeOrderNothingMayBeBehindTheWatermark() {
        assertThat(IngestConfig.from(events(null), Order.EVENT_TIME).latenessMillis()).isZero();
        assertThat(
                        IngestConfig.from(new LabelsSpec(STREAM, "amount"), Order.EVENT_TIME)
                                .latenessMillis())
                .isZero();
    }

    @Test
    void theStageBuildsUnderStrictFlinkWithEveryOperatorNamed() {
        var env = strict();
        Ingested ingested =
                attached(
                        env,
                        IngestConfig.from(
                                events(new DeduplicateSpec(Duration.ofDays(1), "customer")),
                                Order.ARRIVAL));
        ingested.events().sinkTo(new DiscardingSink<>()).uid("events");
        ingested.deadLetters().sinkTo(new DiscardingSink<>()).uid("dead-letters");
        ingested.duplicates().sinkTo(new DiscardingSink<>()).uid("duplicates");

        assertThat(env.getStreamGraph().getStreamNodes())
                .extracting(node -> node.getTransformationUID())
                .contains("events-ingest", "events-deduplicate");
        assertThat(ingested.events().getType()).isInstanceOf(EventTypeInfo.class);
    }

    @Test
    void withoutDeduplicationTheStreamOfDuplicatesIsEmpty() throws Exception {
        var env = strict();
        Ingested ingested =
                attached(env, IngestConfig.from(new LabelsSpec(STREAM, "amount"), Order.ARRIVAL));
        ingested.deadLetters().sinkTo(new DiscardingSink<>()).uid("dead-letters");
        ingested.duplicates().sinkTo(new DiscardingSink<>()).uid("duplicates");

        assertThat(ingested.events().getTransformation().getUid()).isEqualTo("labels-ingest");
        try (var events = ingested.events().executeAndCollect()) {
            assertThat(events).toIterable().extracting(Event::id).containsExactly("1", "1");
        }
    }

    @Test
    void thePartitionColumnMustBeDeclared() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PartitionKey.of(Rows.CONFIG, "card"))
                .withMessage("deduplicate.partition-by is card; it must be a declared column");
    }

    @Test
    void aNullInThePartitionColumnIsSpreadByTheEventId() {
        var row = GenericRowData.of(7L, null, null, null);
        assertThat(
                        PartitionKey.of(Rows.CONFIG, "customer")
                                .getKey(new Event(Rows.origin(1), "7", 0, row)))
                .isEqualTo("7");
    }

    private static StreamExecutionEnvironment strict() {
        var strict = new Configuration();
        strict.set(PipelineOptions.GENERIC_TYPES, false);
        strict.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        strict.set(PipelineOptions.OBJECT_REUSE, true);
        return StreamExecutionEnvironment.getExecutionEnvironment(strict);
    }

    private static Ingested attached(StreamExecutionEnvironment env, IngestConfig config) {
        RowType columns =
                new RowType(
                        false,
                        Rows.COLUMNS.stream()
                                .map((ColumnSpec c) -> new RowType.RowField(c.name(), c.type()))
                                .toList());
        var received =
                env.fromData(
                                Received.type(columns),
                                Rows.received(1, 0, "1.00"),
                                Rows.received(1, 0, "1.00"))
                        .uid("received");
        return new IngestStage(config).attach(received);
    }
}
