package io.millrace.monitor;

import io.millrace.record.Alert.Severity;

/**
 * What {@link GapWatch} remembers of a model version, route and segment. Public because Flink keeps
 * it as state.
 *
 * @param flags whether there was a gap in each of the last windows, the newest one in the lowest
 *     bit
 * @param incident the open incident; empty where there is none
 * @param severity how bad that is
 * @param sinceMillis the end of the window that opened it, epoch milliseconds
 */
public record GapState(long flags, String incident, Severity severity, long sinceMillis) {
    static final GapState NONE = new GapState(0, "", Severity.WARNING, 0);

    boolean isOpen() {
        return !incident.isEmpty();
    }
}
