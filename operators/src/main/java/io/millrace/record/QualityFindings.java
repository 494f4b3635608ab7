package io.millrace.record;

import org.apache.flink.streaming.api.datastream.DataStream;
import org.jspecify.annotations.Nullable;

/**
 * What the monitor says of how right scores were.
 *
 * @param reports one report for each window and day, model version, route and segment, and its
 *     revisions
 * @param alerts gaps between labels and estimates, and changes; null where there are no labels
 */
public record QualityFindings(
        DataStream<QualityReport> reports, @Nullable DataStream<Alert> alerts) {}
