package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Alert;
import io.millrace.record.Event;
import io.millrace.record.EventTypeInfo;
import io.millrace.record.QualityFindings;
import io.millrace.record.QualityReport;
import io.millrace.record.Score;
import io.millrace.registry.RegistryAddress;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.MonitorSpec.Detector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The stage in a job: scores and labels out of order, and a model that becomes worse half-way. */
// Results may be interrupted while they close, and javac warns of that at each use.
@SuppressWarnings("try")
class QualityStageITCase {
    private static final int ROWS = 4_000;
    private static final long WINDOW = 1_000;
    private static final QualityPlan PLAN = new QualityPlan(WINDOW, 2_500, 50, 1, 20, 10, 1, 2);
    private static final RowType COLUMNS =
            RowType.of(
                    new LogicalType[] {VarCharType.STRING_TYPE, new BooleanType()},
                    new String[] {"id", "fraud"});
    private static final ProfileSource PROFILES =
            new FixedProfiles(
                    ReferenceProfile.of("fraud", "7", List.of())
                            .with(new Calibration(new double[] {0, 1}, new double[] {0.05, 0.95})));

    @Test
    void reportsAndAlertsAreTheSameAtAnyParallelism() throws Exception {
        List<QualityReport> alone = reports(1, true);
        assertThat(reports(4, true)).isEqualTo(alone);

        List<Alert> alerts = alerts(1);
        assertThat(alerts)
                .extracting(Alert::source)
                .contains(Alert.Source.QUALITY, Alert.Source.DETECTOR);
        assertThat(alerts)
                .allSatisfy(
                        alert ->
                                assertThat(alert.windowStartMillis())
                                        .isBetween(ROWS / 2L, ROWS / 2L + 500));
        assertThat(alerts(4)).isEqualTo(alerts);
    }

    /** Alerts go by what the horizon has closed, so that they are never taken back. */
    @Test
    void labelsThatComeAfterTheHorizonChangeNoAlert() throws Exception {
        List<Alert> alerts = alerts(1);
        List<Event> contradicted = new ArrayList<>(labels());
        for (int i = 0; i < ROWS; i++) {
            boolean isFraud = i % 2 == 0;
            long afterHorizon = i + PLAN.horizonMillis() + 1;
            contradicted.add(Scored.label("e" + i, afterHorizon, 2L * (ROWS + i), isFraud));
            contradicted.add(Scored.label("e" + i, afterHorizon, 2L * (ROWS + i) + 1, !isFraud));
        }
        contradicted.sort(Comparator.comparingLong(Event::eventTimeMillis));
        assertThat(alerts(2, disordered(contradicted))).isNotEmpty().isEqualTo(alerts);
    }

    @Test
    void theGapOpensWhenTheModelBecomesWorseThanItsScoresSay() throws Exception {
        List<QualityReport> last =
                reports(2, true).stream()
                        .filter(QualityReport::isFinal)
                        .filter(report -> report.segment().isEmpty())
                        .filter(
                                report ->
                                        report.windowEndMillis() - report.windowStartMillis()
                                                == WINDOW)
                        .toList();
        assertThat(last).hasSize(4).allMatch(report -> report.rows() == WINDOW);
        for (QualityReport report : last) {
            assertThat(report.labels().coverage()).isEqualTo(1);
            assertThat(report.fairness().segments()).isEqualTo(2);
            if (report.windowStartMillis() < ROWS / 2) {
                assertThat(Math.abs(report.gap().accuracy())).isLessThan(0.05);
            } else {
                assertThat(report.gap().accuracy()).isLessThan(-0.1);
            }
        }
    }

    @Test
    void withoutLabelsItIsEstimatedAllTheSame() throws Exception {
        List<QualityReport> reports = reports(2, false);
        assertThat(reports)
                .isNotEmpty()
                .allSatisfy(
                        report -> {
                            assertThat(report.labels().labelled()).isZero();
                            assertThat(report.estimated().accuracy()).isBetween(0.6, 0.8);
                        });
    }

    private static List<QualityReport> reports(int parallelism, boolean hasLabels)
            throws Exception {
        var reports = new ArrayList<QualityReport>();
        try (var results =
                attach(parallelism, hasLabels ? labels() : null).reports().executeAndCollect()) {
            results.forEachRemaining(reports::add);
        }
        reports.sort(
                Comparator.comparing(QualityReport::segment)
                        .thenComparingLong(QualityReport::windowStartMillis)
                        .thenComparingLong(QualityReport::windowEndMillis)
                        .thenComparingInt(QualityReport::revision));
        // How much of a window that is still open each report sees depends on how far the two
        // inputs have been read; what the last one says does not.
        reports.removeIf(report -> !report.isFinal());
        return reports.stream().map(QualityStageITCase::withoutRevision).toList();
    }

    private static QualityReport withoutRevision(QualityReport report) {
        return new QualityReport(
                report.windowStartMillis(),
                report.windowEndMillis(),
                0,
                report.isFinal(),
                report.modelName(),
                report.modelVersion(),
                report.route(),
                report.segment(),
                report.rows(),
                report.decided(),
                report.labels(),
                report.confusion(),
                report.realised(),
                report.estimated(),
                report.gap(),
                report.ranking(),
                report.calibration(),
                report.cost(),
                report.paired(),
                report.fairness());
    }

    private static List<Alert> alerts(int parallelism) throws Exception {
        return alerts(parallelism, labels());
    }

    private static List<Alert> alerts(int parallelism, List<Event> labels) throws Exception {
        var alerts = new ArrayList<Alert>();
        var stream = attach(parallelism, labels).alerts();
        assertThat(stream).isNotNull();
        try (var results = stream.executeAndCollect()) {
            results.forEachRemaining(alerts::add);
        }
        alerts.sort(
                Comparator.comparingLong(Alert::windowStartMillis).thenComparing(Alert::incident));
        return alerts;
    }

    private static QualityFindings attach(int parallelism, @Nullable List<Event> labels) {
        var strict = new Configuration();
        strict.set(PipelineOptions.GENERIC_TYPES, false);
        strict.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        strict.set(PipelineOptions.OBJECT_REUSE, true);
        var env = StreamExecutionEnvironment.getExecutionEnvironment(strict);
        env.setParallelism(parallelism);
        DataStream<Score> scores =
                env.fromData(TypeInformation.of(Score.class), scores().toArray(Score[]::new))
                        .uid("scores")
                        .assignTimestampsAndWatermarks(
                                WatermarkStrategy.<Score>forBoundedOutOfOrderness(
                                                Duration.ofMillis(100))
                                        .withTimestampAssigner(
                                                (score, before) -> score.eventTimeMillis()))
                        .uid("score-times")
                        .rebalance();
        DataStream<Event> labelled =
                labels == null
                        ? null
                        : env.fromData(EventTypeInfo.of(COLUMNS), labels.toArray(Event[]::new))
                                .uid("labels")
                                .assignTimestampsAndWatermarks(
                                        WatermarkStrategy.<Event>forBoundedOutOfOrderness(
                                                        Duration.ofMillis(100))
                                                .withTimestampAssigner(
                                                        (label, before) -> label.eventTimeMillis()))
                                .uid("label-times")
                                .rebalance();
        var config =
                new QualityConfig(
                        false,
                        RegistryAddress.directory(Path.of("none")),
                        PLAN,
                        Scored.POSITIVE,
                        labels == null
                                ? List.of()
                                : List.of(
                                        new ColumnSpec("id", VarCharType.STRING_TYPE),
                                        new ColumnSpec("fraud", new BooleanType())),
                        labels == null ? "" : "fraud",
                        List.of(Detector.ADWIN, Detector.DDM));
        // Whatever comes which way is counted alike.
        return new QualityStage(config)
                .attach(
                        scores.filter(score -> score.eventTimeMillis() % 2 == 0).uid("some"),
                        scores.filter(score -> score.eventTimeMillis() % 2 != 0).uid("others"),
                        labelled,
                        PROFILES);
    }

    private static List<Score> scores() {
        var random = new Random(1);
        List<Score> scores = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            scores.add(Scored.score("e" + i, i, i % 3 == 0 ? "web" : "shop", random.nextDouble()));
        }
        return disordered(scores);
    }

    /**
     * A label is right about a score of {@code s} with {@code s} until half-way, then by chance.
     */
    private static List<Event> labels() {
        var chance = new Random(1);
        var random = new Random(2);
        List<Event> labels = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            double score = chance.nextDouble();
            boolean isFraud = random.nextDouble() < (i < ROWS / 2 ? 0.05 + 0.9 * score : 0.5);
            long at = (long) i + random.nextInt(2_000);
            if (i % 10 == 0) {
                labels.add(Scored.label("e" + i, at, 2L * i, !isFraud));
            }
            labels.add(Scored.label("e" + i, at + 1, 2L * i + 1, isFraud));
        }
        labels.sort(Comparator.comparingLong(Event::eventTimeMillis));
        return disordered(labels);
    }

    private static <T> List<T> disordered(List<T> rows) {
        List<T> disordered = new ArrayList<>(rows);
        for (int i = 0; i + 20 < disordered.size(); i += 20) {
            Collections.reverse(disordered.subList(i, i + 20));
        }
        return disordered;
    }
}
