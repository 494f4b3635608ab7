package io.millrace.record;

import org.apache.flink.streaming.api.datastream.DataStream;
import org.jspecify.annotations.Nullable;

/**
 * What the monitor says of a pipeline.
 *
 * @param drift one report for each window, model version and segment
 * @param alerts incidents that begin, become worse and end
 * @param requests for a new model; null where no incident asks
 */
public record Findings(
        DataStream<DriftReport> drift,
        DataStream<Alert> alerts,
        @Nullable DataStream<RetrainRequest> requests) {

    /** Where no incident asks for a new model. */
    public Findings(DataStream<DriftReport> drift, DataStream<Alert> alerts) {
        this(drift, alerts, null);
    }

    /** All alerts: of drift, and of how right scores were. */
    public DataStream<Alert> alertsWith(QualityFindings quality) {
        return quality.alerts() == null ? alerts : alerts.union(quality.alerts());
    }
}
