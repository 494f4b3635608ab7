package io.millrace.monitor;

import static io.millrace.monitor.Scored.score;
import static io.millrace.monitor.Scored.seen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.record.QualityReport;
import io.millrace.record.QualityReport.Confusion;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people see of quality, from the first report of a window to its last. */
class QualityPathTest {
    private static final long HOUR = 3_600_000;
    private static final QualityPlan PLAN = new QualityPlan(HOUR, 3 * HOUR, 2, 5, 50, 2, 2, 3);

    @Test
    void aWindowIsReportedAtItsEndAndAgainWhenLabelsChangeIt() throws Exception {
        try (var path = path()) {
            path.feed(score("a", 10, "", 0.9));
            path.feed(score("b", 20, "", 0.2));
            path.feed(seen("a", 30, 0, true));
            path.advance(HOUR - 2);
            assertThat(path.reports()).isEmpty();

            path.advance(HOUR - 1);
            var first = only(path.reports());
            assertThat(first.revision()).isZero();
            assertThat(first.isFinal()).isFalse();
            assertThat(first.rows()).isEqualTo(2);
            assertThat(first.confusion()).isEqualTo(new Confusion(1, 0, 0, 0));
            assertThat(first.labels().coverage()).isEqualTo(0.5);

            path.feed(seen("a", HOUR + 5, 1, false));
            path.advance(2 * HOUR - 2);
            assertThat(path.reports()).hasSize(1);
            path.advance(2 * HOUR - 1);
            var corrected = path.reports().get(1);
            assertThat(corrected.revision()).isEqualTo(1);
            assertThat(corrected.windowStartMillis()).isZero();
            assertThat(corrected.confusion()).isEqualTo(new Confusion(0, 1, 0, 0));
            assertThat(corrected.labels().superseded()).isEqualTo(1);
            assertThat(corrected.cost()).isEqualTo(5);

            path.advance(3 * HOUR);
            assertThat(path.reports()).hasSize(2);
        }
    }

    @Test
    void theLastReportOfAWindowSaysSoAndNothingIsKept() throws Exception {
        try (var path = path()) {
            path.feed(score("a", 10, "", 0.9));
            path.advance(Long.MAX_VALUE);
            var reports = path.reports();
            assertThat(reports).extracting(QualityReport::isFinal).contains(true, true);
            assertThat(reports)
                    .filteredOn(QualityReport::isFinal)
                    .extracting(QualityReport::windowEndMillis)
                    .containsExactlyInAnyOrder(HOUR, 24 * HOUR);
            assertThat(path.keptKeys()).isZero();
        }
    }

    @Test
    void theTopOfADayIsThatOfItsHours() throws Exception {
        try (var path = path()) {
            path.feed(score("a", 10, "", 0.9));
            path.feed(score("b", HOUR + 1, "", 0.8));
            path.feed(score("c", 2 * HOUR + 1, "", 0.7));
            path.feed(seen("a", 3 * HOUR, 0, true));
            path.feed(seen("b", 3 * HOUR, 1, false));
            path.feed(seen("c", 3 * HOUR, 2, true));
            path.advance(24 * HOUR - 1);
            var day =
                    path.reports().stream()
                            .filter(report -> report.windowEndMillis() == 24 * HOUR)
                            .filter(report -> report.windowStartMillis() == 0)
                            .findFirst()
                            .orElseThrow();
            assertThat(day.ranking().top()).isEqualTo(2);
            assertThat(day.ranking().precisionAtTop()).isEqualTo(0.5);
            assertThat(day.labels().delayMedianMillis())
                    .isCloseTo(2 * HOUR, within(2 * HOUR / 16.0));
        }
    }

    @Test
    void theReportOfAllRowsComparesTheSegments() throws Exception {
        try (var path = path()) {
            for (int i = 0; i < 4; i++) {
                path.feed(score("north-" + i, i, "north", i < 3 ? 0.9 : 0.1));
                path.feed(seen("north-" + i, 10 + i, i, i < 2));
                path.feed(score("south-" + i, i, "south", i < 1 ? 0.9 : 0.1));
                path.feed(seen("south-" + i, 10 + i, 4 + i, i < 2));
            }
            path.feed(score("alone", 5, "west", 0.9));
            path.advance(HOUR - 1);

            assertThat(path.reports())
                    .extracting(QualityReport::segment)
                    .containsExactlyInAnyOrder("", "north", "south", "west");
            var whole =
                    path.reports().stream()
                            .filter(report -> report.segment().isEmpty())
                            .findFirst()
                            .orElseThrow();
            assertThat(whole.rows()).isEqualTo(9);
            // Decided: 3 of 4 in the north, 1 of 4 in the south; the west has too few rows.
            assertThat(whole.fairness().segments()).isEqualTo(2);
            assertThat(whole.fairness().demographicParityDifference()).isEqualTo(0.5);
            assertThat(whole.fairness().disparateImpactRatio()).isCloseTo(1 / 3.0, within(1e-15));
            // Found: 2 of 2 in the north, 1 of 2 in the south.
            assertThat(whole.fairness().equalOpportunityDifference()).isEqualTo(0.5);
            // False alarms: 1 of 2 in the north, 0 of 2 in the south.
            assertThat(whole.fairness().equalisedOddsDifference()).isEqualTo(0.5);
        }
    }

    @Test
    void estimatesWithoutAnyLabelWhereTheReferenceIsCalibrated() throws Exception {
        var calibration =
                new CalibrationCurve(new Calibration(new double[] {0, 1}, new double[] {0, 0.5}));
        try (var path = new QualityPath(PLAN, score -> calibration, 2)) {
            path.feed(score("a", 10, "", 0.8));
            path.feed(score("b", 20, "", 0.2));
            path.advance(HOUR - 1);
            var report = only(path.reports());
            // 0.4 of the one that was decided is right, and 0.9 of the other.
            assertThat(report.estimated().precision()).isCloseTo(0.4, within(1e-8));
            assertThat(report.estimated().accuracy()).isCloseTo(0.65, within(1e-8));
            assertThat(report.realised().accuracy()).isNaN();
        }
    }

    private static QualityReport only(List<QualityReport> reports) {
        assertThat(reports).hasSize(1);
        return reports.get(0);
    }

    private static QualityPath path() throws Exception {
        return new QualityPath(PLAN, score -> null, 2);
    }
}
