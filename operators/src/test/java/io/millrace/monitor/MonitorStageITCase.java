package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.record.Alert;
import io.millrace.record.DriftReport;
import io.millrace.record.Findings;
import io.millrace.record.Score;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

/** The stage in a job, over the rows of {@link Covariates}. */
// Results may be interrupted while they close, and javac warns of that at each use.
@SuppressWarnings("try")
class MonitorStageITCase {

    private static Findings attach(Covariates covariates, int parallelism) {
        var strict = new Configuration();
        strict.set(PipelineOptions.GENERIC_TYPES, false);
        strict.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        strict.set(PipelineOptions.OBJECT_REUSE, true);
        var env = StreamExecutionEnvironment.getExecutionEnvironment(strict);
        env.setParallelism(parallelism);
        DataStream<Score> scores =
                env.fromData(
                                TypeInformation.of(Score.class),
                                covariates.scores().toArray(Score[]::new))
                        .uid("scores")
                        .assignTimestampsAndWatermarks(
                                WatermarkStrategy.<Score>forBoundedOutOfOrderness(
                                                Duration.ofMillis(50))
                                        .withTimestampAssigner(
                                                (score, before) -> score.eventTimeMillis()))
                        .uid("times")
                        .rebalance();
        return new MonitorStage()
                .attach(scores, covariates.config(), new FixedProfiles(covariates.profile()));
    }

    private static List<DriftReport> reports(Covariates covariates, int parallelism)
            throws Exception {
        var reports = new ArrayList<DriftReport>();
        try (var results = attach(covariates, parallelism).drift().executeAndCollect()) {
            results.forEachRemaining(reports::add);
        }
        reports.sort(
                Comparator.comparing(DriftReport::segment)
                        .thenComparingLong(DriftReport::windowEndMillis)
                        .thenComparingInt(DriftReport::revision));
        return reports;
    }

    @Test
    void reportsAreTheSameAtAnyParallelism() throws Exception {
        if (PublishedDrift.found().isEmpty()) {
            return;
        }
        Covariates covariates = Covariates.read();
        List<DriftReport> alone = reports(covariates, 1);

        assertThat(alone).hasSize(80).allMatch(report -> report.revision() == 0);
        assertThat(alone.stream().filter(report -> report.segment().isEmpty()))
                .hasSize(40)
                .allMatch(report -> report.rows() == Covariates.WINDOW_ROWS);
        assertThat(reports(covariates, 4)).hasToString(alone.toString());
    }

    @Test
    void allSixEventsAreFoundWithinTwoWindowsAndNothingElse() throws Exception {
        if (PublishedDrift.found().isEmpty()) {
            return;
        }
        var alerts = new ArrayList<Alert>();
        try (var results = attach(Covariates.read(), 2).alerts().executeAndCollect()) {
            results.forEachRemaining(alerts::add);
        }
        JsonNode truth = DriftCases.read(Path.of("covariate.events.json"));
        List<String> silent =
                StreamSupport.stream(truth.path("never_drift").spliterator(), false)
                        .map(JsonNode::textValue)
                        .toList();
        assertThat(alerts)
                .allMatch(alert -> alert.windowEndMillis() > 30_000)
                .flatExtracting(Alert::culprits)
                .extracting(Alert.Culprit::name)
                .doesNotContainAnyElementsOf(silent);

        alerts.removeIf(alert -> !alert.segment().isEmpty());
        Map<String, Long> found = new HashMap<>();
        for (Alert alert : alerts) {
            for (Alert.Culprit culprit : alert.culprits()) {
                found.putIfAbsent(culprit.name(), alert.windowEndMillis());
            }
        }
        for (JsonNode event : truth.path("events")) {
            String feature = event.path("feature").textValue();
            long begins = event.path("row").asLong(event.path("start").asLong());
            // A ramp of one deviation in 20,000 rows passes the least effect, 0.06, in its third
            // window: before, there is nothing to find.
            long effective = feature.equals("ramp") ? begins + 2 * Covariates.WINDOW_ROWS : begins;
            assertThat(found.get(feature))
                    .as(feature)
                    .isNotNull()
                    .isGreaterThan(begins)
                    .isLessThanOrEqualTo(effective + 2 * Covariates.WINDOW_ROWS);
        }
        assertThat(alerts.get(0).state()).isEqualTo(Alert.State.RAISED);
        assertThat(alerts).extracting(Alert::incident).containsOnly(alerts.get(0).incident());
    }
}
