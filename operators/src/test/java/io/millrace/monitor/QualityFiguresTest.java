package io.millrace.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.monitor.Outcome.Truth;
import io.millrace.record.QualityReport.Confusion;
import io.millrace.record.QualityReport.Measures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the figures to those that scikit-learn computes from the rows themselves. */
class QualityFiguresTest {
    private static final double THRESHOLD = 0.5;

    /** A mean of rows that are each rounded to a multiple of 2^-28. */
    private static final Offset<Double> ROUNDED = within(0x1p-29);

    private static JsonNode expected;
    private static List<Row> reference;
    private static List<Row> current;

    record Row(double score, boolean isPositive) {}

    @BeforeAll
    static void readRows() throws IOException {
        expected = new ObjectMapper().readTree(resource("expected.json"));
        reference = rows("reference");
        current = rows("current");
    }

    @Test
    void calibratesAScoreAsIsotonicRegressionDoes() {
        var calibration = exactCalibration();
        for (JsonNode point : expected.get("calibrated")) {
            assertThat(calibration.probability(point.get(0).asDouble()))
                    .as("%s", point)
                    .isCloseTo(point.get(1).asDouble(), within(1e-12));
        }
    }

    @Test
    void countsDecisionsAgainstLabels() {
        var confusion = expected.get("confusion");
        assertThat(figures().confusion())
                .isEqualTo(
                        new Confusion(
                                confusion.get("tp").asLong(),
                                confusion.get("fp").asLong(),
                                confusion.get("tn").asLong(),
                                confusion.get("fn").asLong()));
        assertThat(figures().labels().coverage()).isEqualTo(1);
    }

    @Test
    void realisesWhatLabelsTell() {
        var figures = figures();
        assertThat(figures.ranking(1).aucError()).isLessThan(0.001);
        check(
                figures.realised(),
                expected.get("realised"),
                within(1e-12),
                within(figures.ranking(1).aucError()));
    }

    @Test
    void estimatesTheSameWithoutLabels() {
        check(figures().estimated(), expected.get("estimated"), within(1e-8), within(1e-4));
    }

    @Test
    void estimatesTheSameWhicheverRowsHaveLabels() {
        var tally = new Tally();
        for (Row row : current) {
            var unlabelled = outcome(row, Truth.UNKNOWN, exactCalibration());
            QualityCells.count(unlabelled, tally);
        }
        var figures = new QualityFigures(tally);
        assertThat(figures.estimated()).isEqualTo(figures().estimated());
        assertThat(figures.realised()).isEqualTo(Measures.NONE);
        assertThat(figures.labels().coverage()).isZero();
    }

    @Test
    void seesThatTheModelIsWorseThanItsScoresSay() {
        var gap = figures().gap();
        assertThat(gap.accuracy())
                .isCloseTo(
                        expected.get("realised").get("accuracy").asDouble()
                                - expected.get("estimated").get("accuracy").asDouble(),
                        within(1e-8));
        assertThat(gap.auc()).isLessThan(-0.05);
    }

    @Test
    void aCalibrationOfAThousandBinsEstimatesNearlyTheSame() {
        var bins = new CalibrationBins();
        reference.forEach(row -> bins.add(row.score, row.isPositive));
        var binned = new CalibrationCurve(bins.fit());
        var tally = new Tally();
        for (Row row : current) {
            QualityCells.count(outcome(row, truth(row), binned), tally);
        }
        check(
                new QualityFigures(tally).estimated(),
                expected.get("estimated"),
                within(0.002),
                within(0.002));
    }

    @Test
    void saysHowWellScoresOrderRows() {
        var ranking = figures().ranking(100);
        assertThat(ranking.averagePrecision())
                .isCloseTo(
                        expected.get("averagePrecision").asDouble(),
                        within(ranking.averagePrecisionError()));
        assertThat(ranking.averagePrecisionError()).isLessThan(0.02);
        assertThat(ranking.precisionAtTop())
                .isCloseTo(
                        expected.get("precisionAt100").asDouble(),
                        within(ranking.precisionAtTopError()));
        assertThat(ranking.precisionAtTopError()).isLessThan(0.05);
        assertThat(ranking.top()).isEqualTo(100);
    }

    @Test
    void saysHowWellScoresAreProbabilities() {
        var calibration = figures().calibration();
        assertThat(calibration.logLoss()).isCloseTo(expected.get("logLoss").asDouble(), ROUNDED);
        assertThat(calibration.brier()).isCloseTo(expected.get("brier").asDouble(), ROUNDED);
        assertThat(calibration.expectedError())
                .isCloseTo(expected.get("expectedError").asDouble(), within(TENTHS_ROUNDED));
        assertThat(calibration.tenths()).hasSize(10);
    }

    private static final double TENTHS_ROUNDED = 0x1p-29;

    @Test
    void hasNoLossesWhereAScoreIsNoProbability() {
        var tally = new Tally();
        QualityCells.count(outcome(new Row(0.3, true), Truth.POSITIVE, null), tally);
        QualityCells.count(outcome(new Row(1.2, true), Truth.POSITIVE, null), tally);
        var calibration = new QualityFigures(tally).calibration();
        assertThat(calibration.brier()).isNaN();
        assertThat(calibration.logLoss()).isNaN();
        assertThat(calibration.tenths()).isEmpty();
    }

    @Test
    void hasNoEstimateWithoutACalibration() {
        var tally = new Tally();
        QualityCells.count(outcome(new Row(0.3, true), Truth.POSITIVE, null), tally);
        assertThat(new QualityFigures(tally).estimated()).isEqualTo(Measures.NONE);
        assertThat(new QualityFigures(tally).gap()).isEqualTo(Measures.NONE);
    }

    private static QualityFigures figures() {
        var tally = new Tally();
        var calibration = exactCalibration();
        for (Row row : current) {
            QualityCells.count(outcome(row, truth(row), calibration), tally);
        }
        return new QualityFigures(tally);
    }

    private static CalibrationCurve exactCalibration() {
        double[] scores = reference.stream().mapToDouble(Row::score).toArray();
        double[] truths = reference.stream().mapToDouble(row -> row.isPositive ? 1 : 0).toArray();
        double[] weights = new double[scores.length];
        Arrays.fill(weights, 1);
        return new CalibrationCurve(Calibration.fit(scores, truths, weights));
    }

    private static void check(
            Measures measures, JsonNode theirs, Offset<Double> exact, Offset<Double> ordered) {
        assertThat(measures.accuracy()).isCloseTo(theirs.get("accuracy").asDouble(), exact);
        assertThat(measures.precision()).isCloseTo(theirs.get("precision").asDouble(), exact);
        assertThat(measures.recall()).isCloseTo(theirs.get("recall").asDouble(), exact);
        assertThat(measures.f1()).isCloseTo(theirs.get("f1").asDouble(), exact);
        assertThat(measures.auc()).isCloseTo(theirs.get("auc").asDouble(), ordered);
    }

    private static Outcome outcome(Row row, Truth truth, @Nullable CalibrationCurve calibration) {
        double chance = calibration == null ? Double.NaN : calibration.probability(row.score);
        return new Outcome(
                1,
                "",
                0,
                "m",
                "1",
                "CHAMPION",
                "",
                row.score,
                chance,
                row.score >= THRESHOLD,
                Double.NaN,
                false,
                truth,
                0,
                0,
                0,
                0);
    }

    private static Truth truth(Row row) {
        return row.isPositive ? Truth.POSITIVE : Truth.NEGATIVE;
    }

    private static List<Row> rows(String window) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (var lines = new BufferedReader(new InputStreamReader(resource("rows.csv"), UTF_8))) {
            lines.lines()
                    .map(line -> line.split(",", -1))
                    .filter(cells -> cells[0].equals(window))
                    .forEach(
                            cells ->
                                    rows.add(
                                            new Row(
                                                    Double.parseDouble(cells[1]),
                                                    cells[2].equals("1"))));
        }
        return rows;
    }

    private static InputStream resource(String name) {
        var stream = QualityFiguresTest.class.getResourceAsStream("/drift/quality/" + name);
        assertThat(stream).as(name).isNotNull();
        return stream;
    }
}
