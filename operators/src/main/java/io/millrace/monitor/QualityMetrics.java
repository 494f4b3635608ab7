package io.millrace.monitor;

import io.millrace.monitor.Outcome.Truth;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Every metric of the join of labels and scores. Once the horizon has passed, each label that says
 * something has been counted as one of: used, superseded, before its event, late, without a score.
 */
final class QualityMetrics {
    private final Counter labelsUsed;
    private final Counter labelsSuperseded;
    private final Counter labelsBefore;
    private final Counter labelsLate;
    private final Counter labelsWithoutScore;
    private final Counter scoresUnlabelled;
    private final Counter scoresTooLate;

    QualityMetrics(MetricGroup group) {
        var quality = group(group);
        labelsUsed = quality.counter("labelsUsed");
        labelsSuperseded = quality.counter("labelsSuperseded");
        labelsBefore = quality.counter("labelsBefore");
        labelsLate = quality.counter("labelsLate");
        labelsWithoutScore = quality.counter("labelsWithoutScore");
        scoresUnlabelled = quality.counter("scoresUnlabelled");
        scoresTooLate = quality.counter("scoresTooLate");
    }

    /** Where all metrics of quality are. */
    static MetricGroup group(MetricGroup all) {
        return all.addGroup("monitor").addGroup("quality");
    }

    void labelTooLate() {
        labelsLate.inc();
    }

    void labelsWithoutScore(int count) {
        labelsWithoutScore.inc(count);
    }

    void scoreTooLate() {
        scoresTooLate.inc();
    }

    void settled(Outcome outcome) {
        labelsBefore.inc(outcome.labelsBefore());
        labelsLate.inc(outcome.labelsLate());
        labelsSuperseded.inc(outcome.labelsSuperseded());
        if (outcome.truth() == Truth.UNKNOWN) {
            scoresUnlabelled.inc();
        } else {
            labelsUsed.inc();
        }
    }
}
