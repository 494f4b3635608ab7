package io.millrace.features;

import java.util.function.LongConsumer;
import java.util.function.LongPredicate;

/**
 * How often each value has been added: a hash table with open addressing, without an object per
 * value.
 */
final class LongCounts {
    private static final int INITIAL_SLOTS = 8;

    private long[] values = new long[INITIAL_SLOTS];

    /** 0 where a slot is free. */
    private int[] counts = new int[INITIAL_SLOTS];

    private int size;

    /** How many different values there are. */
    int size() {
        return size;
    }

    long heapBytes() {
        return (long) counts.length * (Long.BYTES + Integer.BYTES);
    }

    /** Adds a value; returns how often it is there now. */
    int add(long value) {
        int slot = slotOf(value);
        if (counts[slot] == 0) {
            slot = put(value, 0);
        }
        counts[slot]++;
        return counts[slot];
    }

    /** Adds a value that is not there so many times; returns its slot. */
    private int put(long value, int times) {
        // At most half full, so that a free slot is near.
        if (2 * (size + 1) > counts.length) {
            grow();
        }
        int slot = slotOf(value);
        values[slot] = value;
        counts[slot] = times;
        size++;
        return slot;
    }

    /** How often a value is there. */
    int count(long value) {
        return counts[slotOf(value)];
    }

    void forEach(LongConsumer visitor) {
        for (int slot = 0; slot < counts.length; slot++) {
            if (counts[slot] > 0) {
                visitor.accept(values[slot]);
            }
        }
    }

    /** The counts of some of the values. */
    LongCounts of(LongPredicate isWanted) {
        var some = new LongCounts();
        for (int slot = 0; slot < counts.length; slot++) {
            if (counts[slot] > 0 && isWanted.test(values[slot])) {
                some.put(values[slot], counts[slot]);
            }
        }
        return some;
    }

    /** Takes a value away that is there; returns how often it is there now. */
    int remove(long value) {
        int slot = slotOf(value);
        if (counts[slot] == 0) {
            throw new IllegalStateException(value + " is not there; it must have been added");
        }
        counts[slot]--;
        int left = counts[slot];
        if (left == 0) {
            size--;
            close(slot);
        }
        return left;
    }

    /** Moves up whatever would no longer be found behind a slot that has become free. */
    private void close(int freed) {
        int mask = counts.length - 1;
        int free = freed;
        for (int slot = (free + 1) & mask; counts[slot] != 0; slot = (slot + 1) & mask) {
            int home = home(values[slot]);
            if (((slot - home) & mask) >= ((slot - free) & mask)) {
                values[free] = values[slot];
                counts[free] = counts[slot];
                counts[slot] = 0;
                free = slot;
            }
        }
    }

    /** The value's slot, or the free one where it would go. */
    private int slotOf(long value) {
        int mask = counts.length - 1;
        int slot = home(value);
        while (counts[slot] != 0 && values[slot] != value) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private int home(long value) {
        return (int) TextHash.mixed(value) & (counts.length - 1);
    }

    private void grow() {
        long[] oldValues = values;
        int[] oldCounts = counts;
        values = new long[2 * oldValues.length];
        counts = new int[values.length];
        for (int old = 0; old < oldCounts.length; old++) {
            if (oldCounts[old] != 0) {
                int slot = slotOf(oldValues[old]);
                values[slot] = oldValues[old];
                counts[slot] = oldCounts[old];
            }
        }
    }
}
