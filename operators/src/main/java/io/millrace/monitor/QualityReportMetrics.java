package io.millrace.monitor;

import io.millrace.record.QualityReport;
import java.util.function.ToDoubleFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/**
 * Every metric of quality reports: how many there are, and of a pipeline of one model the figures
 * of the newest window of all rows that has labels. A fixed number, whatever is watched.
 */
final class QualityReportMetrics {
    private final Counter reports;
    private final Counter revisions;
    private final MetricGroup group;
    private @Nullable QualityReport newest;

    /**
     * @param isOfMany whether reports are of many models, whose figures are not one another's
     */
    QualityReportMetrics(MetricGroup all, boolean isOfMany) {
        group = QualityMetrics.group(all);
        reports = group.counter("reports");
        revisions = group.counter("revisions");
        if (!isOfMany) {
            showFigures();
        }
    }

    private void showFigures() {
        show("coverage", report -> report.labels().coverage());
        show("accuracy", report -> report.realised().accuracy());
        show("precision", report -> report.realised().precision());
        show("recall", report -> report.realised().recall());
        show("auc", report -> report.realised().auc());
        show("estimatedAccuracy", report -> report.estimated().accuracy());
        show("accuracyGap", report -> report.gap().accuracy());
        show("windowEnd", report -> (double) report.windowEndMillis());
    }

    private void show(String name, ToDoubleFunction<QualityReport> figure) {
        group.gauge(
                name,
                (Gauge<Double>)
                        () -> {
                            QualityReport report = newest;
                            return report == null ? Double.NaN : figure.applyAsDouble(report);
                        });
    }

    void reported(QualityReport report) {
        (report.revision() == 0 ? reports : revisions).inc();
        if (report.segment().isEmpty()
                && report.labels().labelled() > 0
                && (newest == null || report.windowEndMillis() >= newest.windowEndMillis())) {
            newest = report;
        }
    }
}
