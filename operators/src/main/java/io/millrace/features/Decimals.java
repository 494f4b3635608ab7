package io.millrace.features;

import java.math.BigDecimal;

/** Scaled integers as doubles. */
final class Decimals {
    /** Up to here every whole number is a double. */
    private static final long EXACT = 1L << 53;

    private static final double[] POWERS_OF_TEN = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18
    };

    private Decimals() {}

    /** The double nearest to the number divided by 10<sup>digits</sup>. */
    static double nearest(long unscaled, int digits) {
        if (digits == 0) {
            return unscaled;
        }
        // Both operands are exact there, so that the division rounds once.
        return -EXACT <= unscaled && unscaled <= EXACT
                ? unscaled / POWERS_OF_TEN[digits]
                : BigDecimal.valueOf(unscaled, digits).doubleValue();
    }
}
