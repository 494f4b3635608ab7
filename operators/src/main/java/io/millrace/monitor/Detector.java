package io.millrace.monitor;

/**
 * Watches a stream of numbers, one at a time, for a change of their distribution.
 *
 * <p>What it says depends on the numbers and their order alone. After an alarm it starts anew with
 * the next number. Numbers are finite.
 */
interface Detector {

    /** What a detector makes of the numbers so far. */
    enum Level {
        STABLE,
        /** A change is likely; only some detectors say so. */
        WARNING,
        /** A change has been found. */
        ALARM
    }

    Level update(double value);

    /** Everything that the next numbers are judged by, as finite numbers and infinities. */
    double[] memory();

    /** Goes on from the memory of a detector with the same settings. */
    void recall(double[] memory);
}
