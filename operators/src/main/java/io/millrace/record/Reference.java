package io.millrace.record;

/**
 * What a window was compared with. Public because Flink carries it.
 *
 * @param version the digest of the reference profile; empty where there was none
 * @param segment the segment in whose own bins rows were counted and, unless the reference rolls,
 *     with whose own reference they were compared; empty where it was that of all rows
 * @param fromMillis where it was the rows of a range of event time, in the profile's bins, the
 *     first that counted, epoch milliseconds
 * @param toMillis the first that counted no more; as the other where it was the profile itself
 */
public record Reference(String version, String segment, long fromMillis, long toMillis) {
    /** Of what was compared with nothing. */
    public static final Reference NONE = new Reference("", "");

    /** A profile. */
    public Reference(String version, String segment) {
        this(version, segment, 0, 0);
    }

    /** Whether it was the rows of a range of event time. */
    public boolean isRolling() {
        return fromMillis < toMillis;
    }
}
