package io.millrace.features;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A whole number of any size times a power of two: what a sum is before it is rounded.
 *
 * <p>Its words are those of two's complement, the low ones first.
 */
final class WideNumber {
    private final long[] words;
    private final int exponent;

    /** The words times 2<sup>exponent</sup>. */
    WideNumber(long[] words, int exponent) {
        this.words = words;
        this.exponent = exponent;
    }

    /** Adds {@code magnitude}, an unsigned number, times 2<sup>shift</sup>, or subtracts it. */
    static void add(
            long magnitude, int shift, boolean isNegative, long[] words, int at, int width) {
        int word = shift >>> 6;
        int bits = shift & 63;
        long low = magnitude << bits;
        long high = bits == 0 ? 0 : magnitude >>> (Long.SIZE - bits);
        boolean carry = false;
        for (int i = word; i < width && (i <= word + 1 || carry); i++) {
            long term = i == word ? low : i == word + 1 ? high : 0;
            long before = words[at + i];
            long after;
            if (isNegative) {
                after = before - term - (carry ? 1 : 0);
                int order = Long.compareUnsigned(before, term);
                carry = carry ? order <= 0 : order < 0;
            } else {
                after = before + term + (carry ? 1 : 0);
                int order = Long.compareUnsigned(after, before);
                carry = carry ? order <= 0 : order < 0;
            }
            words[at + i] = after;
        }
    }

    /** The difference of two numbers of so many words. */
    static long[] difference(long[] words, int minuend, int subtrahend, int width) {
        long[] difference = new long[width];
        boolean borrow = false;
        for (int i = 0; i < width; i++) {
            long a = words[minuend + i];
            long b = words[subtrahend + i];
            difference[i] = a - b - (borrow ? 1 : 0);
            int order = Long.compareUnsigned(a, b);
            borrow = borrow ? order <= 0 : order < 0;
        }
        return difference;
    }

    int exponent() {
        return exponent;
    }

    BigInteger toBigInteger() {
        byte[] bytes = new byte[words.length * Long.BYTES];
        for (int i = 0; i < bytes.length; i++) {
            int bit = (bytes.length - 1 - i) * Byte.SIZE;
            bytes[i] = (byte) (words[bit >>> 6] >>> (bit & 63));
        }
        return new BigInteger(bytes);
    }

    /** The double nearest to the number divided by 10<sup>digits</sup>. */
    double nearest(int digits) {
        return digits == 0 ? nearest() : new BigDecimal(toBigInteger(), digits).doubleValue();
    }

    /** The nearest double; of two, the one whose last bit is 0. */
    private double nearest() {
        boolean isNegative = words[words.length - 1] < 0;
        long[] magnitude = isNegative ? negated(words) : words;
        int top = magnitude.length - 1;
        while (top > 0 && magnitude[top] == 0) {
            top--;
        }
        if (magnitude[top] == 0) {
            return 0;
        }
        int zeros = Long.numberOfLeadingZeros(magnitude[top]);
        long next = top == 0 ? 0 : magnitude[top - 1];
        long head = (magnitude[top] << zeros) | (zeros == 0 ? 0 : next >>> (Long.SIZE - zeros));
        boolean isMore = zeros == 0 ? next != 0 : (next << zeros) != 0;
        for (int i = 0; i < top - 1 && !isMore; i++) {
            isMore = magnitude[i] != 0;
        }
        // 63 bits, the last of which says whether anything follows: rounding them rounds the whole.
        long bits = (head >>> 1) | (head & 1) | (isMore ? 1 : 0);
        double rounded = Math.scalb((double) bits, exponent + top * Long.SIZE - zeros + 1);
        return isNegative ? -rounded : rounded;
    }

    private static long[] negated(long[] words) {
        long[] negated = new long[words.length];
        boolean carry = true;
        for (int i = 0; i < words.length; i++) {
            negated[i] = ~words[i] + (carry ? 1 : 0);
            carry &= negated[i] == 0;
        }
        return negated;
    }
}
