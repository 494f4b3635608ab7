package io.millrace.record;

import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * What the monitor says of a pipeline.
 *
 * @param drift one report for each window, model version and segment
 * @param alerts incidents that begin, become worse and end
 */
public record Findings(DataStream<DriftReport> drift, DataStream<Alert> alerts) {}
