package io.millrace.monitor;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** Every metric of requests for a new model. */
final class RetrainMetrics {
    private final Counter requested;
    private final Counter heldBack;

    RetrainMetrics(MetricGroup group) {
        var monitor = group.addGroup("monitor");
        requested = monitor.counter("retrainRequested");
        heldBack = monitor.counter("retrainHeldBack");
    }

    void requested() {
        requested.inc();
    }

    /** An incident would have asked, had its model version not asked so shortly before. */
    void heldBack() {
        heldBack.inc();
    }
}
