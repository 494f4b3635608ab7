package io.millrace.monitor;

import java.util.List;

/**
 * What is known of one event: its scores, one of each model version and route, and its labels in
 * the order in which they count. Public because Flink keeps it as state.
 */
public record LabelledEvent(List<AwaitingScore> scores, List<SeenLabel> labels) {
    static final LabelledEvent UNKNOWN = new LabelledEvent(List.of(), List.of());
}
