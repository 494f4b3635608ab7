package io.millrace.monitor;

import io.millrace.record.Alert.Severity;
import io.millrace.record.FeatureDrift;
import io.millrace.record.FeatureDrift.Cause;
import java.util.List;

/**
 * The incident of a model version and segment, and what may become one. Public because Flink keeps
 * it as state.
 *
 * @param incident its name; empty where none is open
 * @param severity the worst it has been
 * @param sinceMillis the end of the window that opened it
 * @param watches what has drifted lately
 */
public record IncidentState(
        String incident, Severity severity, long sinceMillis, List<Watch> watches) {
    static final IncidentState NONE = new IncidentState("", Severity.WARNING, 0, List.of());

    private static final long NEVER = Long.MIN_VALUE;

    /**
     * A feature's cause.
     *
     * @param name the feature's name
     * @param flags of the last windows, whether it had drifted; the lowest bit is the latest
     * @param isOpen whether it is part of the incident
     * @param severity the worst it has been since it opened last
     * @param closedMillis the end of the window that closed it last
     */
    public record Watch(
            String name,
            Cause cause,
            long flags,
            boolean isOpen,
            Severity severity,
            long closedMillis) {

        static Watch of(FeatureDrift feature, Cause cause) {
            return new Watch(feature.name(), cause, 0, false, Severity.WARNING, NEVER);
        }

        String key() {
            return IncidentState.key(name, cause);
        }

        long next(boolean drifted, int windows) {
            long mask = windows >= Long.SIZE ? -1 : (1L << windows) - 1;
            return ((flags << 1) | (drifted ? 1 : 0)) & mask;
        }

        /** Whether it closed so shortly before that it opens for something worse only. */
        boolean isCool(long endMillis, long cooldownMillis) {
            return closedMillis != NEVER && endMillis - closedMillis < cooldownMillis;
        }

        /** Whether nothing of it needs to be remembered. */
        boolean isIdle(long endMillis, long cooldownMillis) {
            return flags == 0 && !isOpen && !isCool(endMillis, cooldownMillis);
        }
    }

    static String key(FeatureDrift feature, Cause cause) {
        return key(feature.name(), cause);
    }

    private static String key(String name, Cause cause) {
        return cause + "/" + name;
    }
}
