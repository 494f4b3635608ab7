package io.millrace.monitor;

import java.util.Locale;

/**
 * What is counted of an input record. Each is received once, and then has exactly one of the other
 * fates.
 */
public enum Fate {
    RECEIVED,
    SCORED,
    DEAD_LETTERED,
    DUPLICATE;

    /** The name in uids and operators: {@code dead-lettered}. */
    String hyphenated() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
