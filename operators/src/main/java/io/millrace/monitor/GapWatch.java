package io.millrace.monitor;

import io.millrace.record.Alert;
import io.millrace.record.Alert.Severity;
import io.millrace.record.Alert.State;
import io.millrace.record.QualityReport;
import io.millrace.record.Reference;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes incidents of scores that no longer mean what the reference says, which no distribution of
 * scores can show: of a gap between accuracy by labels and by the calibrated scores of the same
 * rows.
 *
 * <p>A gap is one where it is larger than {@value #NEGLIGIBLE} and than {@value #DEVIATIONS}
 * standard deviations of what chance makes of as many rows. An incident opens where enough of the
 * last windows had one, the current one among them, and closes where none of them had. Only last
 * reports count, since labels that come early may be unlike those that come late; a window with too
 * few labels says nothing.
 */
final class GapWatch {
    private static final double NEGLIGIBLE = 0.02;
    private static final double DEVIATIONS = 3;

    /** A gap so many times the limit is critical. */
    private static final double CRITICAL = 2;

    private final QualityPlan plan;

    GapWatch(QualityPlan plan) {
        this.plan = plan;
    }

    /** What one report changes: the state to keep, and the alert to emit. */
    record Step(GapState state, @Nullable Alert alert) {}

    /** Whether a report counts. */
    boolean counts(QualityReport report) {
        return report.isFinal()
                && report.windowEndMillis() - report.windowStartMillis() == plan.windowMillis()
                && report.labels().labelled() >= plan.minRows()
                && !Double.isNaN(report.gap().accuracy());
    }

    Step apply(@Nullable GapState before, QualityReport report) {
        var known = before == null ? GapState.NONE : before;
        double gap = Math.abs(report.gap().accuracy());
        double limit = limit(report);
        boolean has = gap > limit;
        long flags = ((known.flags() << 1) | (has ? 1 : 0)) & ((1L << plan.alertOf()) - 1);
        var severity = gap > CRITICAL * limit ? Severity.CRITICAL : Severity.WARNING;
        if (!known.isOpen()) {
            if (!has || Long.bitCount(flags) < plan.alertWindows()) {
                return new Step(new GapState(flags, "", Severity.WARNING, 0), null);
            }
            String incident =
                    "quality/%s/%s/%s/%s/%d"
                            .formatted(
                                    report.modelName(),
                                    report.modelVersion(),
                                    report.route(),
                                    report.segment(),
                                    report.windowEndMillis());
            var opened = new GapState(flags, incident, severity, report.windowEndMillis());
            return new Step(opened, alert(opened, State.RAISED, report, limit));
        }
        if (flags == 0) {
            return new Step(GapState.NONE, alert(known, State.RESOLVED, report, limit));
        }
        boolean isWorse = has && severity.compareTo(known.severity()) > 0;
        var open =
                new GapState(
                        flags,
                        known.incident(),
                        isWorse ? severity : known.severity(),
                        known.sinceMillis());
        return new Step(open, isWorse ? alert(open, State.ESCALATED, report, limit) : null);
    }

    private static double limit(QualityReport report) {
        double expected = report.realised().accuracy() - report.gap().accuracy();
        // Rows differ in how likely they are right, which makes chance play a smaller part.
        double deviation = Math.sqrt(expected * (1 - expected) / report.labels().labelled());
        return Math.max(NEGLIGIBLE, DEVIATIONS * deviation);
    }

    private static Alert alert(GapState state, State what, QualityReport report, double limit) {
        double accuracy = report.realised().accuracy();
        double gap = report.gap().accuracy();
        String summary =
                String.format(
                        Locale.ROOT,
                        "of %d labelled decisions %.1f %% were right, and by the reference %.1f %%"
                                + " should be",
                        report.labels().labelled(),
                        100 * accuracy,
                        100 * (accuracy - gap));
        return new Alert(
                state.incident(),
                what,
                state.severity(),
                Alert.Source.QUALITY,
                report.windowStartMillis(),
                report.windowEndMillis(),
                state.sinceMillis(),
                report.modelName(),
                report.modelVersion(),
                report.segment(),
                report.rows(),
                Reference.NONE,
                summary,
                List.of(
                        new Alert.Culprit(
                                "accuracy",
                                "GAP",
                                "gap",
                                gap,
                                limit,
                                Double.NaN,
                                Double.NaN,
                                Long.bitCount(state.flags()),
                                List.of())));
    }
}
