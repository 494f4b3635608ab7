package io.millrace.monitor;

import io.millrace.registry.RegistryAddress;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.LabelsSpec;
import io.millrace.spec.MonitorSpec;
import io.millrace.spec.MonitorSpec.Detector;
import io.millrace.spec.PipelineSpec;
import java.io.Serializable;
import java.util.List;

/**
 * The settings of how it is told how right scores were.
 *
 * @param isOfMany whether scores are of many models
 * @param registry where the reference profiles lie, beside their models
 * @param plan how quality is counted
 * @param positiveDecision what is decided where a score reaches the threshold
 * @param labelColumns the label's columns; empty where the pipeline has no labels
 * @param labelValue the one that holds the label; empty where the pipeline has no labels
 * @param detectors what watches decisions against labels, row by row
 */
public record QualityConfig(
        boolean isOfMany,
        RegistryAddress registry,
        QualityPlan plan,
        String positiveDecision,
        List<ColumnSpec> labelColumns,
        String labelValue,
        List<Detector> detectors)
        implements Serializable {

    public QualityConfig {
        labelColumns = List.copyOf(labelColumns);
        detectors = List.copyOf(detectors);
    }

    /** The settings of a pipeline that is monitored. */
    public static QualityConfig from(PipelineSpec spec, MonitorSpec monitor) {
        LabelsSpec labels = spec.labels();
        var quality = monitor.quality();
        return new QualityConfig(
                !spec.model().naming().isOne(),
                spec.model().registry(),
                new QualityPlan(
                        monitor.window().toMillis(),
                        // Without labels, a window is open as long as rows may come late.
                        (labels == null ? spec.events().allowedLateness() : quality.horizon())
                                .toMillis(),
                        quality.top(),
                        quality.costOfFalsePositive(),
                        quality.costOfFalseNegative(),
                        monitor.alerts().minRows(),
                        monitor.alerts().windows(),
                        monitor.alerts().of()),
                spec.decision().atOrAbove(),
                labels == null ? List.of() : labels.stream().columns(),
                labels == null ? "" : labels.value(),
                quality.detectors());
    }

    /** How long after an event time, at most, labels tell of a window that it is in. */
    public long tellingMillis() {
        return plan.horizonMillis() + 2 * plan.windowMillis();
    }
}
