package io.millrace.inference;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** Every metric of the inference stage, per model version. */
final class InferenceMetrics {
    private static final int WINDOW_BATCHES = 1_000;

    private final Counter scored;
    private final Counter refused;
    private final Map<Release, Counter> batches = new EnumMap<>(Release.class);
    private final Histogram batchRows;
    private final Histogram runMicros;

    InferenceMetrics(MetricGroup group, String modelName, String modelVersion) {
        var inference =
                group.addGroup(InferenceStage.NAME)
                        .addGroup("model", modelName + "/" + modelVersion);
        scored = inference.counter("scored");
        refused = inference.counter("refused");
        for (Release release : Release.values()) {
            batches.put(release, inference.addGroup("release", release.name()).counter("batches"));
        }
        batchRows =
                inference.histogram(
                        "batchRows", new DescriptiveStatisticsHistogram(WINDOW_BATCHES));
        runMicros =
                inference.histogram(
                        "runMicros", new DescriptiveStatisticsHistogram(WINDOW_BATCHES));
    }

    void scored() {
        scored.inc();
    }

    void refused() {
        refused.inc();
    }

    void released(Release reason, int rows) {
        Objects.requireNonNull(batches.get(reason)).inc();
        batchRows.update(rows);
    }

    void ran(long nanos) {
        runMicros.update(nanos / 1_000);
    }
}
