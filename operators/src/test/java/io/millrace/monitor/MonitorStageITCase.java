package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.record.Alert;
import io.millrace.record.DriftReport;
import io.millrace.record.FeatureDrift.Contributor;
import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import io.millrace.record.Findings;
import io.millrace.record.Score;
import io.millrace.registry.RegistryAddress;
import io.millrace.spec.MonitorSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
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
    private static final int LATE_WINDOWS = 14;
    private static final int LATE_ROWS = 300;

    private static Findings attach(Covariates covariates, int parallelism) {
        return new MonitorStage()
                .attach(
                        stream(covariates.scores(), parallelism),
                        covariates.config(),
                        new FixedProfiles(covariates.profile()));
    }

    private static DataStream<Score> stream(List<Score> scores, int parallelism) {
        var strict = new Configuration();
        strict.set(PipelineOptions.GENERIC_TYPES, false);
        strict.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        strict.set(PipelineOptions.OBJECT_REUSE, true);
        var env = StreamExecutionEnvironment.getExecutionEnvironment(strict);
        env.setParallelism(parallelism);
        return env.fromData(TypeInformation.of(Score.class), scores.toArray(Score[]::new))
                .uid("scores")
                .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<Score>forBoundedOutOfOrderness(Duration.ofMillis(50))
                                .withTimestampAssigner((score, before) -> score.eventTimeMillis()))
                .uid("times")
                .rebalance();
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

    /** Scores that grow at row 2,000, of which one in ten misses its feature from row 4,000 on. */
    private static Findings watchedRowByRow(int parallelism) {
        var random = new Random(3);
        double[] reference = random.doubles(5_000).map(uniform -> Math.pow(uniform, 8)).toArray();
        var profile =
                ReferenceProfile.of(
                        "fraud",
                        "1",
                        List.of(NumericReference.of("score", Role.SCORE, reference, 0)));
        var scores = new ArrayList<Score>();
        for (int row = 0; row < 6_000; row++) {
            double score = Math.pow(random.nextDouble(), row < 2_000 ? 8 : 3);
            boolean isMissing = row >= 4_000 && random.nextInt(10) == 0;
            scores.add(Scores.valued(row, score, isMissing ? Double.NaN : 1));
        }
        scores.add(Scores.warming(new int[] {0}, Double.NaN));
        var config =
                new MonitorConfig(
                        RegistryAddress.directory(Path.of("none")),
                        List.of(Watched.SCORE),
                        1_000_000,
                        1_000_000,
                        0,
                        null,
                        new DriftRule(100, 0.01, 0.06, 0.05, 0.01, 0.02, 2, 3, 0),
                        List.of(MonitorSpec.Detector.ADWIN));
        return new MonitorStage()
                .attach(stream(scores, parallelism), config, new FixedProfiles(profile));
    }

    private static List<String> changes(int parallelism) throws Exception {
        var alerts = new ArrayList<Alert>();
        try (var results = watchedRowByRow(parallelism).alerts().executeAndCollect()) {
            results.forEachRemaining(alerts::add);
        }
        assertThat(alerts).extracting(Alert::source).containsOnly(Alert.Source.DETECTOR);
        return alerts.stream()
                .sorted(Comparator.comparingLong(Alert::windowStartMillis))
                .map(alert -> alert.culprits().get(0).name() + " " + alert.windowStartMillis())
                .toList();
    }

    @Test
    void changesOfScoresAndOfMissingFeaturesAreFoundRowByRow() throws Exception {
        List<String> changes = changes(1);
        assertThat(changes).hasSizeGreaterThanOrEqualTo(2);
        assertThat(changes.get(0)).startsWith("score ");
        assertThat(row(changes, "score ")).isBetween(2_000L, 2_180L);
        assertThat(row(changes, "missing ")).isBetween(4_000L, 4_330L);
        assertThat(changes(4)).isEqualTo(changes);
    }

    /** At which row the first change of a signal is found. */
    private static long row(List<String> changes, String signal) {
        return changes.stream()
                .filter(change -> change.startsWith(signal))
                .mapToLong(change -> Long.parseLong(change.substring(signal.length())))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void normalScoresAreNormalWhateverTheReference() {
        var random = new Random(9);
        double[] reference =
                random.doubles(20_000).map(x -> Math.tan(Math.PI * (x - 0.5))).toArray();
        var normal = new NormalScores(NumericReference.of("x", Role.SCORE, reference, 0));
        var moments = new Moments();
        for (int i = 0; i < 20_000; i++) {
            moments.add(normal.of(Math.tan(Math.PI * (random.nextDouble() - 0.5))));
        }
        assertThat(moments.mean()).isBetween(-0.03, 0.03);
        assertThat(moments.std()).isBetween(0.97, 1.03);
        assertThat(normal.of(Double.MAX_VALUE)).isBetween(2.5, 3.0);
        assertThat(normal.of(-Double.MAX_VALUE)).isBetween(-3.0, -2.5);
    }

    /** Two features that are nearly one, until each is as it was and they are two. */
    private static List<double[]> pairs(long seed, int rows, boolean areOne) {
        var random = new Random(seed);
        var pairs = new ArrayList<double[]>();
        for (int row = 0; row < rows; row++) {
            double x = random.nextGaussian();
            double y = areOne ? x : random.nextGaussian();
            pairs.add(new double[] {x, 10 * (y + 0.1 * random.nextGaussian())});
        }
        return pairs;
    }

    private static Findings watchedTogether(int parallelism, List<MonitorSpec.Detector> detectors) {
        var builder = new ProfileBuilder(together(), false);
        pairs(1, 5_000, true).forEach(row -> builder.add(row, ""));
        var scores = new ArrayList<Score>();
        List<double[]> rows = new ArrayList<>(pairs(2, 2_000, true));
        rows.addAll(pairs(3, 2_000, false));
        for (double[] row : rows) {
            scores.add(Scores.of(scores.size(), "1", "", row));
        }
        return watchedTogether(parallelism, builder.build("fraud", "1"), scores, detectors);
    }

    private static List<Watched> together() {
        List<Watched> watched = new ArrayList<>(Scores.features(Kind.NUMERIC, "x", "y"));
        watched.add(Watched.RECONSTRUCTION);
        return watched;
    }

    private static Findings watchedTogether(
            int parallelism,
            ReferenceProfile profile,
            List<Score> scores,
            List<MonitorSpec.Detector> detectors) {
        var config =
                new MonitorConfig(
                        RegistryAddress.directory(Path.of("none")),
                        together(),
                        500,
                        500,
                        0,
                        null,
                        new DriftRule(100, 0.01, 0.06, 0.05, 0.01, 0.02, 2, 3, 0),
                        detectors);
        return new MonitorStage()
                .attach(stream(scores, parallelism), config, new FixedProfiles(profile));
    }

    /** Of web the two features are always two, and of shop they are one: until web is like shop. */
    private static List<DriftReport> ofSegments(int parallelism) throws Exception {
        var builder = new ProfileBuilder(together(), true);
        pairs(1, 4_000, true).forEach(row -> builder.add(row, "shop"));
        pairs(2, 1_000, false).forEach(row -> builder.add(row, "web"));
        var shop = pairs(3, 2_000, true);
        var web = new ArrayList<>(pairs(4, 1_000, false));
        web.addAll(pairs(5, 1_000, true));
        var scores = new ArrayList<Score>();
        for (int i = 0; i < shop.size(); i++) {
            scores.add(Scores.of(scores.size(), "1", "shop", shop.get(i)));
            scores.add(Scores.of(scores.size(), "1", "web", web.get(i)));
        }
        var reports = new ArrayList<DriftReport>();
        try (var results =
                watchedTogether(parallelism, builder.build("fraud", "1"), scores, List.of())
                        .drift()
                        .executeAndCollect()) {
            results.forEachRemaining(reports::add);
        }
        reports.sort(
                Comparator.comparing(DriftReport::segment)
                        .thenComparingLong(DriftReport::windowEndMillis));
        return reports;
    }

    @Test
    void aSegmentIsComparedWithWhatItWasAtAnyParallelism() throws Exception {
        List<DriftReport> reports = ofSegments(1);
        assertThat(reports).hasSize(3 * 8);
        for (DriftReport report : reports) {
            assertThat(report.rows()).isEqualTo(report.segment().isEmpty() ? 500 : 250);
            assertThat(report.reference().segment()).isEqualTo(report.segment());
            boolean hasDrifted =
                    report.features().stream().anyMatch(feature -> !feature.causes().isEmpty());
            if (!report.segment().isEmpty()) {
                assertThat(hasDrifted)
                        .as("%s until %d", report.segment(), report.windowEndMillis())
                        .isEqualTo(
                                report.segment().equals("web") && report.windowEndMillis() > 2_000);
            }
        }
        assertThat(ofSegments(4)).hasToString(reports.toString());
    }

    @Test
    void featuresThatNoLongerDependOnEachOtherAreFoundThoughEachIsAsItWas() throws Exception {
        var reports = new ArrayList<DriftReport>();
        try (var results = watchedTogether(1, List.of()).drift().executeAndCollect()) {
            results.forEachRemaining(reports::add);
        }
        reports.sort(Comparator.comparingLong(DriftReport::windowEndMillis));
        assertThat(reports).hasSize(8);
        for (DriftReport report : reports) {
            assertThat(report.features().get(0).causes()).as("x").isEmpty();
            assertThat(report.features().get(1).causes()).as("y").isEmpty();
            var together = report.features().get(2);
            assertThat(together.name()).isEqualTo("reconstruction");
            assertThat(together.role()).isEqualTo(Role.RECONSTRUCTION);
            assertThat(together.causes().isEmpty()).isEqualTo(report.windowEndMillis() <= 2_000);
            assertThat(together.contributors())
                    .extracting(Contributor::name)
                    .containsExactlyInAnyOrder("x", "y");
            assertThat(report.features().get(0).contributors()).isEmpty();
        }
        var again = new ArrayList<DriftReport>();
        try (var results = watchedTogether(4, List.of()).drift().executeAndCollect()) {
            results.forEachRemaining(again::add);
        }
        again.sort(Comparator.comparingLong(DriftReport::windowEndMillis));
        assertThat(again).hasToString(reports.toString());

        var alerts = new ArrayList<Alert>();
        try (var results = watchedTogether(2, List.of()).alerts().executeAndCollect()) {
            results.forEachRemaining(alerts::add);
        }
        assertThat(alerts).isNotEmpty();
        assertThat(alerts)
                .flatExtracting(Alert::culprits)
                .extracting(Alert.Culprit::name)
                .containsOnly("reconstruction");
        assertThat(alerts.get(0).windowEndMillis()).isEqualTo(3_000);
        assertThat(alerts.get(0).culprits().get(0).contributors())
                .isEqualTo(reports.get(5).features().get(2).contributors());
    }

    @Test
    void rowsWhoseFeaturesNoLongerDependOnEachOtherAreFoundRowByRow() throws Exception {
        var alerts = new ArrayList<Alert>();
        try (var results =
                watchedTogether(2, List.of(MonitorSpec.Detector.ADWIN))
                        .alerts()
                        .executeAndCollect()) {
            results.forEachRemaining(alerts::add);
        }
        alerts.removeIf(alert -> alert.source() != Alert.Source.DETECTOR);
        alerts.sort(Comparator.comparingLong(Alert::windowStartMillis));
        assertThat(alerts)
                .flatExtracting(Alert::culprits)
                .extracting(Alert.Culprit::name)
                .containsOnly("reconstruction");
        assertThat(alerts.get(0).windowStartMillis()).isBetween(2_000L, 2_060L);
        assertThat(alerts.get(0).summary())
                .startsWith(
                        "adwin finds that the reconstruction errors of fraud/1 (champion) changed"
                                + " by");
    }

    /**
     * Rows of a drifting feature; one in six comes windows later, and the watermark does not wait.
     */
    private static List<Score> lateScores(long seed) {
        var random = new Random(7);
        var arrivals = new TreeMap<Double, Score>();
        var order = new Random(seed);
        for (int i = 0; i < LATE_WINDOWS * LATE_ROWS; i++) {
            int window = i / LATE_ROWS;
            // What comes late decides: without it no window has drifted, or another one.
            boolean isLate = i % 6 == 0;
            double shift = isLate && window >= 3 && window < 8 ? 3 : 0;
            Score score = Scores.of(i * 1_000L / LATE_ROWS, "1", "", random.nextDouble() + shift);
            double delay = isLate ? order.nextDouble() * 3 * LATE_ROWS : order.nextDouble() * 20;
            arrivals.put(i + delay, score);
        }
        return List.copyOf(arrivals.values());
    }

    private static List<Alert> lateAlerts(long seed, int parallelism) throws Exception {
        var strict = new Configuration();
        strict.set(PipelineOptions.GENERIC_TYPES, false);
        strict.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        var env = StreamExecutionEnvironment.getExecutionEnvironment(strict);
        env.setParallelism(parallelism);
        DataStream<Score> scores =
                env.fromData(
                                TypeInformation.of(Score.class),
                                lateScores(seed).toArray(Score[]::new))
                        .uid("scores")
                        .assignTimestampsAndWatermarks(
                                WatermarkStrategy.<Score>forGenerator(context -> new EachRow())
                                        .withTimestampAssigner(
                                                (score, before) -> score.eventTimeMillis()))
                        .uid("times")
                        .rebalance();
        var watched = Scores.features(Kind.NUMERIC, "x");
        var profile =
                ReferenceProfile.of(
                        "fraud",
                        "1",
                        List.of(
                                NumericReference.of(
                                        "x",
                                        Role.FEATURE,
                                        new Random(1).doubles(5_000).toArray(),
                                        0)));
        var config =
                new MonitorConfig(
                        RegistryAddress.directory(Path.of("none")),
                        watched,
                        1_000,
                        1_000,
                        5_000,
                        new DriftRule(100, 0.01, 0.06, 0.05, 0.01, 0.02, 2, 3, 0));
        var alerts = new ArrayList<Alert>();
        var stage = new MonitorStage().attach(scores, config, new FixedProfiles(profile));
        try (var results = stage.alerts().executeAndCollect()) {
            results.forEachRemaining(alerts::add);
        }
        return alerts;
    }

    /** A watermark after each row. */
    private static final class EachRow implements WatermarkGenerator<Score> {
        private long latest = Long.MIN_VALUE + 100;

        @Override
        public void onEvent(Score score, long eventTimeMillis, WatermarkOutput output) {
            latest = Math.max(latest, eventTimeMillis);
            output.emitWatermark(new Watermark(latest - 100));
        }

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {}
    }

    @Test
    void alertsThatHoldAreTheSameInAnyOrderOfArrivalAndAtAnyParallelism() throws Exception {
        List<Alert> written = lateAlerts(1, 1);
        assertThat(written).anyMatch(alert -> alert.revision() > 0);
        List<Alert> alone = holding(written);
        assertThat(alone)
                .extracting(Alert::state)
                .containsExactly(Alert.State.RAISED, Alert.State.RESOLVED);
        for (int parallelism : new int[] {1, 2, 4}) {
            for (long seed : new long[] {1, 2}) {
                assertThat(holding(lateAlerts(seed, parallelism))).isEqualTo(alone);
            }
        }
    }

    /** Of each incident and window the last alert, where it holds. */
    private static List<Alert> holding(List<Alert> written) {
        var last = new TreeMap<String, Alert>();
        written.forEach(alert -> last.put(alert.windowEndMillis() + " " + alert.incident(), alert));
        return last.values().stream()
                .filter(alert -> alert.state().holds())
                .map(alert -> alert.revised(0))
                .sorted(Comparator.comparingLong(Alert::windowEndMillis))
                .toList();
    }
}
