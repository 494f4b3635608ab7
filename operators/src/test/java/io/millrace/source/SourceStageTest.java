package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.DeadLetter.Reason;
import io.millrace.record.Origin;
import io.millrace.record.Received;
import io.millrace.spec.KafkaSpec;
import io.millrace.spec.StreamSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.util.clock.ManualClock;
import org.apache.flink.util.clock.RelativeClock;
import org.junit.jupiter.api.Test;

class SourceStageTest {
    private static final Origin ORIGIN = new Origin("t", 0, 0, 0, null, new byte[0]);

    private final ManualClock clock = new ManualClock();
    private final List<Long> watermarks = new ArrayList<>();
    private final List<Boolean> idle = new ArrayList<>();
    private final WatermarkOutput output =
            new WatermarkOutput() {
                @Override
                public void emitWatermark(Watermark watermark) {
                    watermarks.add(watermark.getTimestamp());
                }

                @Override
                public void markIdle() {
                    idle.add(true);
                }

                @Override
                public void markActive() {
                    idle.add(false);
                }
            };

    private static SourceConfig config(Map<String, String> properties) {
        return SourceConfig.from(
                "fraud",
                new KafkaSpec("broker:9092", properties),
                new StreamSpec(
                        "transactions",
                        "json",
                        Map.of(),
                        Decoding.COLUMNS,
                        "id",
                        "at",
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        Duration.ofHours(1),
                        List.of()),
                "events");
    }

    @Test
    void abortedDataIsNeverRead() {
        var properties =
                SourceStage.properties(config(Map.of("isolation.level", "read_uncommitted")));

        assertThat(properties)
                .containsEntry("isolation.level", "read_committed")
                .containsEntry("commit.offsets.on.checkpoint", "true")
                .containsEntry("bootstrap.servers", "broker:9092");
    }

    @Test
    void theGroupIsNamedAfterPipelineAndStreamUnlessTheClusterHasOtherRules() {
        assertThat(SourceStage.properties(config(Map.of())))
                .containsEntry("group.id", "fraud.events");
        assertThat(
                        SourceStage.properties(
                                config(
                                        Map.of(
                                                "group.id", "team-a",
                                                "security.protocol", "SASL_SSL"))))
                .containsEntry("group.id", "team-a")
                .containsEntry("security.protocol", "SASL_SSL");
    }

    @Test
    void theStageBuildsUnderStrictFlink() {
        var strict = new Configuration();
        strict.set(PipelineOptions.GENERIC_TYPES, false);
        strict.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        var env = StreamExecutionEnvironment.getExecutionEnvironment(strict);

        var received = new SourceStage(config(Map.of())).attach(env);
        received.sinkTo(new DiscardingSink<>()).uid("sink");

        assertThat(received.getTransformation().getUid()).isEqualTo("events-source");
        assertThat(env.getStreamGraph().getJobGraph().getNumberOfVertices()).isPositive();
    }

    @Test
    void theWatermarkTrailsTheNewestEventByTheOutOfOrderness() {
        WatermarkGenerator<Received> generator = generator();
        read(generator, decoded(100_000));
        read(generator, decoded(50_000));
        generator.onPeriodicEmit(output);

        assertThat(watermarks).containsExactly(100_000L - 10_000 - 1);
    }

    @Test
    void aRecordWithoutEventTimeDoesNotMoveTheWatermark() {
        WatermarkGenerator<Received> generator = generator();
        read(generator, decoded(100_000));
        read(generator, refused());
        generator.onPeriodicEmit(output);

        assertThat(watermarks).containsExactly(100_000L - 10_000 - 1);
    }

    @Test
    void aPartitionThatHoldsNothingButRefusedRecordsBecomesIdle() {
        WatermarkGenerator<Received> generator = generator();
        read(generator, decoded(100_000));
        generator.onPeriodicEmit(output);
        for (int second = 0; second <= 31; second++) {
            clock.advanceTime(Duration.ofSeconds(1));
            read(generator, refused());
            generator.onPeriodicEmit(output);
        }
        assertThat(idle).contains(true);
    }

    private WatermarkGenerator<Received> generator() {
        return SourceStage.watermarks(config(Map.of()))
                .createWatermarkGenerator(
                        new WatermarkGeneratorSupplier.Context() {
                            @Override
                            public MetricGroup getMetricGroup() {
                                return new UnregisteredMetricsGroup();
                            }

                            @Override
                            public RelativeClock getInputActivityClock() {
                                return clock;
                            }
                        });
    }

    private void read(WatermarkGenerator<Received> generator, Received received) {
        generator.onEvent(received, received.eventTimeMillis(), output);
    }

    private static Received decoded(long eventTimeMillis) {
        return Received.decoded(ORIGIN, eventTimeMillis, new GenericRowData(0));
    }

    private static Received refused() {
        return Received.refused(ORIGIN, Reason.MALFORMED, "it is not; it must be");
    }
}
