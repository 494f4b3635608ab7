package io.millrace.monitor;

/**
 * How many records of one input partition have been counted. Public because Flink keeps it as
 * state.
 *
 * @param topic the input topic
 * @param partition its partition
 * @param records the count
 */
public record PartitionCount(String topic, int partition, long records) {}
