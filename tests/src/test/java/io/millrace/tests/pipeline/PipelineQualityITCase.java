package io.millrace.tests.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.jobs.local.LocalFlink;
import io.millrace.jobs.local.LocalKafka;
import io.millrace.jobs.pipeline.PipelineJob;
import io.millrace.jobs.pipeline.RunningJob;
import io.millrace.jobs.simulator.SimulatorConfig;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import io.millrace.sink.TopicPlan;
import io.millrace.spec.MonitorSpec;
import io.millrace.spec.MonitorSpec.Detector;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.SegmentSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole pipeline, whose labels come after a week and are corrected, beside its own topics. */
class PipelineQualityITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration HORIZON = Duration.ofDays(14);
    private static final int DAYS = 30;
    private static final int TRANSACTIONS = 6_000;

    @TempDir private Path folder;

    /** Decisions against labels. */
    private static final class Counted {
        private final Map<String, Long> confusion = new TreeMap<>();

        void count(boolean isDecided, boolean isFraud) {
            confusion.merge(
                    isDecided
                            ? isFraud ? "true_positives" : "false_positives"
                            : isFraud ? "false_negatives" : "true_negatives",
                    1L,
                    Long::sum);
        }
    }

    private record Labelled(Instant at, boolean isFraud) {}

    @Test
    void everyDaySaysWhatItsScoresAndTheLastOfTheirLabelsSay() throws Exception {
        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of());
                var feed =
                        new SimulatedFeed(
                                        kafka.bootstrapServers(),
                                        SimulatorConfig.ofTransactions(11, DAYS, TRANSACTIONS),
                                        0)
                                .correctingLabels()) {
            PipelineSpec spec = monitored(ReferencePipeline.on(kafka));
            TopicPlan.of(spec).create(SimulatedFeed.PARTITIONS, (short) 1, Duration.ofSeconds(10));
            var registry = ModelRegistry.at(spec.model().registry(), folder.resolve("models"));
            ModelVersion version = registry.require(spec.model().name(), spec.model().alias());

            Map<Instant, JsonNode> last = new TreeMap<>();
            Map<String, Long> bySegment = new TreeMap<>();
            try (var flink = LocalFlink.start(folder.resolve("flink"), 2, 0)) {
                var job =
                        RunningJob.submit(flink.client(), new PipelineJob(spec, version).graph(2));
                feed.publish(TRANSACTIONS);
                feed.publishClosing();
                CommittedRecords.read(
                        kafka.bootstrapServers(),
                        List.of(spec.output().quality()),
                        PATIENCE,
                        () -> rows(last) >= feed.good() && sum(bySegment) >= feed.good(),
                        record -> {
                            JsonNode report = CommittedRecords.json(record);
                            String segment = report.get("segment").asText();
                            if (!report.get("is_final").asBoolean()) {
                                return;
                            }
                            if (!segment.isEmpty()) {
                                bySegment.merge(segment, report.get("rows").asLong(), Long::sum);
                            } else {
                                last.put(
                                        Instant.parse(report.get("window_start").asText()), report);
                            }
                        });
                job.cancel();
            }

            assertThat(rows(last)).isEqualTo(feed.good());
            assertThat(sum(bySegment)).isEqualTo(feed.good());
            assertThat(bySegment.keySet()).isSubsetOf("1", "2", "other").contains("other");
            Map<Instant, Counted> expected = fromTheTopics(kafka, spec, feed.good());
            assertThat(last.keySet()).isEqualTo(expected.keySet());
            long superseded = 0;
            for (var day : expected.entrySet()) {
                JsonNode report = last.get(day.getKey());
                day.getValue()
                        .confusion
                        .forEach(
                                (name, count) ->
                                        assertThat(report.at("/confusion/" + name).asLong())
                                                .as("%s of %s", name, day.getKey())
                                                .isEqualTo(count));
                assertThat(report.at("/labels/labelled").asLong())
                        .isEqualTo(
                                day.getValue().confusion.values().stream()
                                        .mapToLong(Long::longValue)
                                        .sum());
                superseded += report.at("/labels/superseded").asLong();
            }
            assertThat(superseded).isPositive();
        }
    }

    /** A naive join of what the topics hold in the end. */
    private static Map<Instant, Counted> fromTheTopics(
            LocalKafka kafka, PipelineSpec spec, int scores) {
        Map<Long, Labelled> labels = new HashMap<>();
        boolean[] isClosed = new boolean[SimulatedFeed.PARTITIONS];
        Map<Long, JsonNode> scored = new HashMap<>();
        CommittedRecords.read(
                kafka.bootstrapServers(),
                List.of(spec.output().scores()),
                PATIENCE,
                () -> scored.size() >= scores,
                record -> {
                    JsonNode score = CommittedRecords.json(record);
                    scored.put(score.get("event_id").asLong(), score);
                });
        CommittedRecords.read(
                kafka.bootstrapServers(),
                List.of(SimulatedFeed.LABELS),
                PATIENCE,
                () -> isClosed[0] && isClosed[1],
                record -> {
                    JsonNode label = CommittedRecords.json(record);
                    long id = label.get("transaction_id").asLong();
                    JsonNode score = scored.get(id);
                    if (score == null) {
                        isClosed[record.partition()] |=
                                id >= Long.MAX_VALUE - SimulatedFeed.PARTITIONS;
                        return;
                    }
                    Instant at = Instant.parse(label.get("label_time").asText());
                    Instant until = Instant.parse(score.get("event_time").asText()).plus(HORIZON);
                    Labelled before = labels.get(id);
                    if (!at.isAfter(until) && (before == null || at.isAfter(before.at))) {
                        labels.put(id, new Labelled(at, label.get("fraud").asBoolean()));
                    }
                });
        Map<Instant, Counted> days = new TreeMap<>();
        scored.forEach(
                (id, score) -> {
                    var day =
                            Instant.parse(score.get("event_time").asText())
                                    .truncatedTo(ChronoUnit.DAYS);
                    var counted = days.computeIfAbsent(day, d -> new Counted());
                    Labelled label = labels.get(id);
                    if (label != null) {
                        counted.count(
                                score.get("decision").asText().equals("review"), label.isFraud);
                    }
                });
        return days;
    }

    private static PipelineSpec monitored(PipelineSpec spec) {
        var day = Duration.ofDays(1);
        return Monitoring.by(
                spec,
                new MonitorSpec(
                        day,
                        day,
                        null,
                        0,
                        // Of hundreds of terminals.
                        new SegmentSpec("terminal_id", Set.of("1", "2")),
                        List.of(),
                        false,
                        new MonitorSpec.AlertSpec(200, 0.01, 0.06, 0.05, 0.01, 0.02, 2, 3, day),
                        List.of(),
                        new MonitorSpec.QualitySpec(HORIZON, 5, 100, 50, List.of(Detector.ADWIN)),
                        null,
                        null));
    }

    private static long sum(Map<String, Long> rows) {
        return rows.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long rows(Map<Instant, JsonNode> reports) {
        return reports.values().stream().mapToLong(report -> report.get("rows").asLong()).sum();
    }
}
