package io.millrace.monitor;

/**
 * From when until when an incident of drift was open. Public because Flink keeps it.
 *
 * @param incident its name
 * @param sinceMillis the end of the window that opened it, epoch milliseconds
 * @param untilMillis the end of the window that ended it; {@link #OPEN} where none has
 */
public record DriftSpell(String incident, long sinceMillis, long untilMillis) {
    static final long OPEN = Long.MAX_VALUE;
}
