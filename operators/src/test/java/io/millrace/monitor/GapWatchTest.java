package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.millrace.record.Alert;
import io.millrace.record.Alert.Severity;
import io.millrace.record.Alert.State;
import io.millrace.record.QualityReport;
import io.millrace.record.QualityReport.Measures;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GapWatchTest {
    private static final long WINDOW = 1_000;
    private static final QualityPlan PLAN = new QualityPlan(WINDOW, 0, 1, 1, 1, 200, 2, 3);

    private final GapWatch watch = new GapWatch(PLAN);
    private @Nullable GapState state;
    private final List<Alert> alerts = new ArrayList<>();

    /** A window of a thousand labels, of which so many should be right, and were. */
    private void see(int window, double estimated, double realised) {
        var report = report(window, 1_000, true, estimated, realised);
        assertThat(watch.counts(report)).isTrue();
        var step = watch.apply(state, report);
        state = step.state();
        if (step.alert() != null) {
            alerts.add(step.alert());
        }
    }

    @Test
    void aGapThatLastsIsAnIncidentUntilNoneOfTheLastWindowsHasOne() {
        see(0, 0.735, 0.73);
        see(1, 0.735, 0.594);
        assertThat(alerts).isEmpty();
        see(2, 0.735, 0.594);
        see(3, 0.735, 0.74);
        see(4, 0.735, 0.74);
        see(5, 0.735, 0.74);
        see(6, 0.735, 0.74);

        assertThat(alerts)
                .extracting(Alert::state, Alert::windowEndMillis, Alert::sinceMillis)
                .containsExactly(
                        tuple(State.RAISED, 3_000L, 3_000L), tuple(State.RESOLVED, 6_000L, 3_000L));
        assertThat(alerts)
                .extracting(Alert::incident)
                .containsOnly("quality/fraud/7/CHAMPION//3000");
        var raised = alerts.get(0);
        assertThat(raised.source()).isEqualTo(Alert.Source.QUALITY);
        assertThat(raised.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(raised.summary())
                .isEqualTo(
                        "of 1000 labelled decisions 59.4 % were right, and by the reference 73.5 %"
                                + " should be");
        assertThat(raised.culprits().get(0).value()).isCloseTo(-0.141, within(1e-12));
        assertThat(raised.culprits().get(0).limit())
                .isCloseTo(3 * Math.sqrt(0.735 * 0.265 / 1_000), within(1e-12));
        assertThat(state).isEqualTo(GapState.NONE);
    }

    @Test
    void oneThatGrowsIsToldOnceMore() {
        see(0, 0.9, 0.85);
        see(1, 0.9, 0.85);
        see(2, 0.9, 0.7);
        see(3, 0.9, 0.7);
        assertThat(alerts)
                .extracting(Alert::state, Alert::severity)
                .containsExactly(
                        tuple(State.RAISED, Severity.WARNING),
                        tuple(State.ESCALATED, Severity.CRITICAL));
    }

    @Test
    void whatChanceMakesOfSoManyRowsIsNone() {
        for (int window = 0; window < 10; window++) {
            see(window, 0.9, window % 2 == 0 ? 0.88 : 0.92);
        }
        assertThat(alerts).isEmpty();
    }

    @Test
    void onlyLastReportsOfWindowsWithEnoughLabelsCount() {
        assertThat(watch.counts(report(0, 1_000, false, 0.9, 0.5))).isFalse();
        assertThat(watch.counts(report(0, 199, true, 0.9, 0.5))).isFalse();
        assertThat(watch.counts(report(0, 200, true, Double.NaN, 0.5))).isFalse();
        assertThat(watch.counts(report(0, 200, true, 0.9, 0.5))).isTrue();
    }

    private static QualityReport report(
            int window, long labelled, boolean isFinal, double estimated, double realised) {
        double none = Double.NaN;
        return new QualityReport(
                window * WINDOW,
                (window + 1) * WINDOW,
                0,
                isFinal,
                "fraud",
                "7",
                "CHAMPION",
                "",
                1_000,
                100,
                new QualityReport.Labels(labelled, 1, 100, 0, 0, 0, none, none, none),
                new QualityReport.Confusion(0, 0, 0, 0),
                new Measures(realised, none, none, none, none),
                new Measures(estimated, none, none, none, none),
                new Measures(realised - estimated, none, none, none, none),
                new QualityReport.Ranking(none, none, none, 0, none, none),
                new QualityReport.Calibration(none, none, none, List.of()),
                0,
                QualityReport.Paired.NONE,
                QualityReport.Fairness.NONE);
    }
}
