package io.millrace.monitor;

import io.millrace.record.Alert;
import io.millrace.spec.MonitorSpec;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.RetrainSpec;
import java.io.Serializable;
import java.util.List;

/**
 * When an incident asks for a new model, and which data that is to be made of.
 *
 * @param severity how severe an incident must be to ask
 * @param sources what must have noticed it
 * @param windowMillis how much event time a window covers
 * @param slideMillis from the start of one window of drift to the next
 * @param of so many windows in a row decide whether there is an incident
 * @param historyMillis how much event time before the first of them is to be trained on too
 * @param holdOut the share of the range, its newest part, that is to be held out
 * @param cooldownMillis how long after a model version has asked it does not ask again
 * @param horizonMillis how long after its event a label counts; -1 where the pipeline has no labels
 */
public record RetrainConfig(
        Alert.Severity severity,
        List<Alert.Source> sources,
        long windowMillis,
        long slideMillis,
        int of,
        long historyMillis,
        double holdOut,
        long cooldownMillis,
        long horizonMillis)
        implements Serializable {

    public RetrainConfig {
        sources = List.copyOf(sources);
    }

    /** The settings of a pipeline whose incidents ask. */
    public static RetrainConfig from(PipelineSpec spec, MonitorSpec monitor, RetrainSpec retrain) {
        return new RetrainConfig(
                switch (retrain.severity()) {
                    case WARNING -> Alert.Severity.WARNING;
                    case CRITICAL -> Alert.Severity.CRITICAL;
                },
                retrain.sources().stream().map(RetrainConfig::source).toList(),
                monitor.window().toMillis(),
                monitor.slide().toMillis(),
                monitor.alerts().of(),
                retrain.history().toMillis(),
                retrain.holdOut(),
                retrain.cooldown().toMillis(),
                spec.labels() == null ? -1 : monitor.quality().horizon().toMillis());
    }

    private static Alert.Source source(RetrainSpec.Source source) {
        return switch (source) {
            case DRIFT -> Alert.Source.DRIFT;
            case QUALITY -> Alert.Source.QUALITY;
            case DETECTOR -> Alert.Source.DETECTOR;
        };
    }
}
