package io.millrace.monitor;

import io.millrace.record.Alert;
import io.millrace.record.DriftReport;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** Every metric of drift: a fixed number, whatever is watched. */
final class DriftMetrics {
    private final Counter reports;
    private final Counter revisions;
    private final Counter withoutReference;
    private final Counter tooLateRows;
    private final Counter raised;
    private final Counter escalated;
    private final Counter resolved;
    private final Counter revised;
    private final Map<String, Long> driftedByVersion = new HashMap<>();
    private volatile long driftedFeatures;
    private volatile long reportedEndMillis;

    DriftMetrics(MetricGroup group) {
        var monitor = group.addGroup("monitor");
        reports = monitor.counter("driftReports");
        revisions = monitor.counter("driftRevisions");
        withoutReference = monitor.counter("driftWithoutReference");
        tooLateRows = monitor.counter("driftTooLateRows");
        raised = monitor.counter("driftIncidentsRaised");
        escalated = monitor.counter("driftIncidentsEscalated");
        resolved = monitor.counter("driftIncidentsResolved");
        revised = monitor.counter("driftAlertsRevised");
        monitor.gauge("driftedFeatures", (Gauge<Long>) () -> driftedFeatures);
        monitor.gauge("driftWindowEnd", (Gauge<Long>) () -> reportedEndMillis);
    }

    /**
     * A window was reported. The gauges are of all rows, not of segments, and of all versions of
     * which a window has ended last.
     */
    void reported(DriftReport report) {
        (report.revision() == 0 ? reports : revisions).inc();
        if (report.status() == DriftReport.Status.NO_REFERENCE) {
            withoutReference.inc();
        }
        if (report.segment().isEmpty() && report.windowEndMillis() >= reportedEndMillis) {
            if (report.windowEndMillis() > reportedEndMillis) {
                driftedByVersion.clear();
            }
            long drifted =
                    report.features().stream()
                            .filter(feature -> !feature.causes().isEmpty())
                            .count();
            driftedByVersion.put(report.modelName() + "/" + report.modelVersion(), drifted);
            driftedFeatures = driftedByVersion.values().stream().mapToLong(Long::longValue).sum();
            reportedEndMillis = report.windowEndMillis();
        }
    }

    /** Late rows came after their last window could be revised. */
    void cameTooLate(long rows) {
        tooLateRows.inc(rows);
    }

    /** An alert was written, or written again. */
    void alerted(Alert alert) {
        if (alert.revision() > 0) {
            revised.inc();
            return;
        }
        switch (alert.state()) {
            case RAISED -> raised.inc();
            case ESCALATED -> escalated.inc();
            case RESOLVED -> resolved.inc();
            case EASED, WITHDRAWN -> throw new IllegalStateException(alert + " is new");
        }
    }
}
