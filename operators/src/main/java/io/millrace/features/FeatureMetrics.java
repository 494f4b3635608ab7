package io.millrace.features;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** Every metric of the feature stage. */
final class FeatureMetrics {
    private final Counter lateEvents;
    private final Counter lateLabels;
    private final Counter failed;

    /** Rows that wait for the watermark; over all subtasks it is exact after a restore too. */
    private long buffered;

    /** Features of the newest answer that warm, up to and including this step's. */
    private int warming;

    FeatureMetrics(MetricGroup group) {
        var features = group.addGroup("features");
        lateEvents = features.counter("lateEvents");
        lateLabels = features.counter("lateLabels");
        failed = features.counter("failed");
        features.gauge("bufferedRows", () -> buffered);
        features.gauge("warming", () -> warming);
    }

    void tooLate(boolean isLabel) {
        (isLabel ? lateLabels : lateEvents).inc();
    }

    void failed() {
        failed.inc();
    }

    void answered(int warmingFeatures) {
        warming = warmingFeatures;
    }

    void buffered() {
        buffered++;
    }

    void released(int rows) {
        buffered -= rows;
    }

    long bufferedRows() {
        return buffered;
    }

    void restored(long bufferedRows) {
        buffered += bufferedRows;
    }
}
