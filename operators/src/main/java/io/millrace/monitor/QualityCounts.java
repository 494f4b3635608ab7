package io.millrace.monitor;

/**
 * What a {@link Tally} has counted, at rest. Public because Flink keeps it as state and sends it.
 *
 * @param cells the cells that are not 0, ascending
 * @param counts theirs, in the same order
 */
// QualityCounts are compared in tests only, recursively.
@SuppressWarnings("ArrayRecordComponent")
public record QualityCounts(int[] cells, long[] counts) {}
