package io.millrace.record;

/**
 * What a window was compared with. Public because Flink carries it.
 *
 * @param version the digest of the reference profile; empty where there was none
 * @param segment the segment whose own reference it was; empty where that of all rows was
 */
public record Reference(String version, String segment) {
    /** Of what was compared with nothing. */
    public static final Reference NONE = new Reference("", "");
}
