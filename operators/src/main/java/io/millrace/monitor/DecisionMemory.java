package io.millrace.monitor;

import java.util.Map;

/**
 * What {@link DecisionDetectors} remember. Public because Flink keeps it as state.
 *
 * @param byDetector of each detector, what it is judged by, and its own memory after that
 */
public record DecisionMemory(Map<String, double[]> byDetector) {
    static final DecisionMemory NONE = new DecisionMemory(Map.of());
}
