package io.millrace.monitor;

import java.util.List;

/**
 * What a model version has asked for. Public because Flink keeps it as state.
 *
 * @param lastMillis when it asked last, in event time
 * @param open the incidents that have asked and have not ended
 */
public record RetrainState(long lastMillis, List<String> open) {
    private static final long NEVER = Long.MIN_VALUE;

    static final RetrainState NONE = new RetrainState(NEVER, List.of());

    public RetrainState {
        open = List.copyOf(open);
    }

    /** Whether it asked so shortly before that it does not ask again. */
    boolean isCool(long knownMillis, long cooldownMillis) {
        return lastMillis != NEVER && knownMillis - lastMillis < cooldownMillis;
    }
}
