package io.millrace.spec;

/**
 * A place in a file.
 *
 * @param line 1-based
 * @param column 1-based
 */
public record Location(int line, int column) {

    /** Where a file begins. */
    public static final Location START = new Location(1, 1);
}
