package io.millrace.inference;

/**
 * What a run of a model takes by its number of rows, as measured when it was warmed up: of 1, 2, 4
 * rows and so on.
 */
final class RunCosts {
    private final long[] nanos;

    /**
     * The measured costs.
     *
     * @param nanos of a run of 2^i rows in place i, nanoseconds; at least one
     */
    RunCosts(long[] nanos) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("No run was measured; it must be one at least");
        }
        this.nanos = nanos.clone();
    }

    /** The place of the largest power of two that is no more than so many rows. */
    static int exponent(int rows) {
        return 31 - Integer.numberOfLeadingZeros(rows);
    }

    /** What a run takes; where none of that size was measured, in proportion to the nearest. */
    long nanos(int rows) {
        int measured = Math.min(exponent(rows), nanos.length - 1);
        return (long) (nanos[measured] * ((double) rows / (1 << measured)));
    }
}
