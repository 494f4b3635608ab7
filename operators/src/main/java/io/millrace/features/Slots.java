package io.millrace.features;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Sets of places in a vector: ascending, each once, never changed. */
final class Slots {
    static final int[] NONE = {};

    private Slots() {}

    static int[] union(int[] some, int[] others) {
        if (some.length == 0) {
            return others;
        }
        if (others.length == 0) {
            return some;
        }
        return IntStream.concat(Arrays.stream(some), Arrays.stream(others))
                .sorted()
                .distinct()
                .toArray();
    }

    static int[] without(int[] some, int[] others) {
        if (some.length == 0 || others.length == 0) {
            return some;
        }
        return Arrays.stream(some).filter(slot -> Arrays.binarySearch(others, slot) < 0).toArray();
    }
}
