package io.millrace.features;

/**
 * A set of events of which it keeps 16 bits each: that an event is not in it is certain, and that
 * one seems to be is so but for one in some 20,000.
 */
final class EventMarks {
    private static final int MARK_SHIFT = Long.SIZE - Short.SIZE;

    /** A hash table with open addressing; 0 where a slot is free. At most half full. */
    private final short[] marks;

    /**
     * @param events how many it must hold
     */
    EventMarks(int events) {
        this.marks = new short[Integer.highestOneBit(Math.max(1, 2 * events - 1)) << 1];
    }

    long heapBytes() {
        return (long) marks.length * Short.BYTES;
    }

    /** Adds an event; returns whether it seems to have been there. */
    boolean add(long event) {
        long hash = TextHash.mixed(event);
        short bits = (short) (hash >>> MARK_SHIFT);
        short mark = bits == 0 ? 1 : bits;
        int mask = marks.length - 1;
        int slot = (int) hash & mask;
        while (marks[slot] != 0) {
            if (marks[slot] == mark) {
                return true;
            }
            slot = (slot + 1) & mask;
        }
        marks[slot] = mark;
        return false;
    }
}
