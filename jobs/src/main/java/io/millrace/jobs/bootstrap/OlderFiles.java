package io.millrace.jobs.bootstrap;

import io.millrace.jobs.backfill.FileHistory;
import org.jspecify.annotations.Nullable;

/**
 * Files of what the topics do not hold any more. They hold every row before one event time, and the
 * topics every row from it on: so each row is learnt once, wherever else it may be too.
 *
 * @param events null where there are none
 * @param labels null where there are none
 * @param untilMillis the first event time that is the topics'; of a label when it became known
 */
public record OlderFiles(
        @Nullable FileHistory events, @Nullable FileHistory labels, long untilMillis) {
    /** No files: the topics hold all that there is. */
    public static final OlderFiles NONE = new OlderFiles(null, null, Long.MIN_VALUE);
}
