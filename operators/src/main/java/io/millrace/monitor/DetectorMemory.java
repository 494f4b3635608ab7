package io.millrace.monitor;

import java.util.Map;

/**
 * What {@link SignalDetectors} remember. Public because Flink keeps it as state.
 *
 * @param byDetector of each detector, what it is judged by, and its own memory after that
 */
public record DetectorMemory(Map<String, double[]> byDetector) {
    static final DetectorMemory NONE = new DetectorMemory(Map.of());
}
