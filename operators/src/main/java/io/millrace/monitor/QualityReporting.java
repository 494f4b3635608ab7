package io.millrace.monitor;

import io.millrace.record.QualityReport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says by which keys an outcome is counted, when a window is reported, and what the report says.
 *
 * <p>A window is reported at its end, then, as long as labels change it, each time another window
 * has passed, and a last time when the horizon has passed for all of its scores. All these times
 * are multiples of {@link #stepMillis}.
 */
final class QualityReporting {
    private static final long DAY = 86_400_000;

    private final QualityPlan plan;

    QualityReporting(QualityPlan plan) {
        this.plan = plan;
    }

    /** All windows begin and end, and all reports are made, at multiples of it. */
    long stepMillis() {
        long a = plan.windowMillis();
        long b = DAY;
        while (b != 0) {
            long rest = a % b;
            a = b;
            b = rest;
        }
        return a;
    }

    /**
     * What the rows of a step are reported by: the window and the day, all rows and the segment.
     */
    List<QualityKey> keys(QualityKey step) {
        List<QualityKey> keys = new ArrayList<>();
        addKeys(step, plan.windowMillis(), keys);
        if (plan.windowMillis() != DAY) {
            addKeys(step, DAY, keys);
        }
        return keys;
    }

    private static void addKeys(QualityKey step, long windowMillis, List<QualityKey> keys) {
        long start = Math.floorDiv(step.windowStartMillis(), windowMillis) * windowMillis;
        keys.add(step.in("", start, windowMillis));
        if (!step.segment().isEmpty()) {
            keys.add(step.in(step.segment(), start, windowMillis));
        }
    }

    static QualityWindow add(@Nullable QualityWindow before, QualityCounts counts) {
        return before == null
                ? new QualityWindow(counts, 0, true)
                : new QualityWindow(before.counts().plus(counts), before.revision(), true);
    }

    /** How many reporting times a watermark has passed: what it says has passed too. */
    long stepsPassed(long watermark) {
        return watermark == Long.MAX_VALUE ? watermark : Math.floorDiv(watermark + 1, stepMillis());
    }

    /** The last event time that a window that changes at a watermark is next reported after. */
    long nextReportAfter(QualityKey key, long watermark) {
        long end = key.windowEndMillis();
        if (watermark < end - 1) {
            return end - 1;
        }
        long windows = Math.floorDiv(watermark + 1, key.windowMillis()) + 1;
        return Math.min(windows * key.windowMillis() - 1, lastReportAfter(key));
    }

    /** The last event time that a window is reported after for the last time. */
    long lastReportAfter(QualityKey key) {
        long step = stepMillis();
        return -Math.floorDiv(-(key.windowEndMillis() + plan.horizonMillis()), step) * step - 1;
    }

    QualityReport report(QualityKey key, QualityWindow window, boolean isFinal) {
        var tally = new Tally();
        tally.addAll(window.counts());
        var figures = new QualityFigures(tally);
        var confusion = figures.confusion();
        return new QualityReport(
                key.windowStartMillis(),
                key.windowEndMillis(),
                window.revision(),
                isFinal,
                key.modelName(),
                key.modelVersion(),
                key.route(),
                key.segment(),
                tally.count(QualityCells.ROWS),
                tally.count(QualityCells.DECIDED),
                figures.labels(),
                confusion,
                figures.realised(),
                figures.estimated(),
                figures.gap(),
                figures.ranking(plan.top()),
                figures.calibration(),
                confusion.falsePositives() * plan.costOfFalsePositive()
                        + confusion.falseNegatives() * plan.costOfFalseNegative(),
                figures.paired(),
                QualityReport.Fairness.NONE);
    }
}
