package io.millrace.monitor;

/**
 * What one subtask has counted of a key since the last time. Public because Flink sends it.
 *
 * @param key what it is counted by
 * @param counts the counts
 */
public record QualityPartial(QualityKey key, QualityCounts counts) {}
