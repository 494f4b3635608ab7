package io.millrace.monitor;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** Every metric of reference profiles that a job makes itself. */
final class LearnMetrics {
    private final Counter learned;
    private final Counter failed;

    LearnMetrics(MetricGroup group) {
        var monitor = group.addGroup("monitor");
        learned = monitor.counter("profilesLearned");
        failed = monitor.counter("profilesNotWritten");
    }

    /** A profile was laid beside its version. */
    void learned() {
        learned.inc();
    }

    /** A profile could not be laid there; it is tried again. */
    void failed() {
        failed.inc();
    }
}
