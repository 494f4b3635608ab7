package io.millrace.jobs.backfill;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The newest label of each event id. Of two labels of one instant the greater counts, in whatever
 * order they come. A label takes its id's UTF-8 and some 40 bytes.
 */
final class LabelTable {
    private static final int FEW = 1 << 10;
    private static final int NONE = -1;

    /** The place of a label by its id's hash; open addressing, at most half full. */
    private int[] places = emptyPlaces(2 * FEW);

    /** The ids' bytes, one behind the other, each up to its end. */
    private byte[] ids = new byte[8 * FEW];

    private int[] ends = new int[FEW];
    private long[] timesMillis = new long[FEW];
    private double[] labels = new double[FEW];
    private int size;

    /** How many ids have a label. */
    int size() {
        return size;
    }

    /** Learns a label. */
    void put(String id, long timeMillis, double label) {
        byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
        int slot = slot(bytes);
        int place = places[slot];
        if (place == NONE) {
            places[slot] = append(bytes, timeMillis, label);
            if (2 * size > places.length) {
                rehash();
            }
        } else if (timeMillis > timesMillis[place]
                || (timeMillis == timesMillis[place] && label > labels[place])) {
            timesMillis[place] = timeMillis;
            labels[place] = label;
        }
    }

    /** The event with the newest of its labels, if it has any. */
    TrainingRow labelled(TrainingRow event) {
        int place = places[slot(event.eventId().getBytes(StandardCharsets.UTF_8))];
        return place == NONE ? event : event.with(timesMillis[place], labels[place]);
    }

    /** Where the id is, or would be. */
    private int slot(byte[] id) {
        int mask = places.length - 1;
        int slot = spread(Arrays.hashCode(id)) & mask;
        while (places[slot] != NONE && !isAt(places[slot], id)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** Ids that follow each other have hashes that do. */
    private static int spread(int hash) {
        int mixed = hash * 0x9E3779B9;
        return mixed ^ (mixed >>> 15);
    }

    private boolean isAt(int place, byte[] id) {
        return Arrays.equals(ids, begin(place), ends[place], id, 0, id.length);
    }

    private int begin(int place) {
        return place == 0 ? 0 : ends[place - 1];
    }

    private int append(byte[] id, long timeMillis, double label) {
        int begin = size == 0 ? 0 : ends[size - 1];
        int end = Math.addExact(begin, id.length);
        if (end > ids.length) {
            ids = Arrays.copyOf(ids, grown(ids.length, end));
        }
        if (size == ends.length) {
            int capacity = grown(size, size + 1);
            ends = Arrays.copyOf(ends, capacity);
            timesMillis = Arrays.copyOf(timesMillis, capacity);
            labels = Arrays.copyOf(labels, capacity);
        }
        System.arraycopy(id, 0, ids, begin, id.length);
        ends[size] = end;
        timesMillis[size] = timeMillis;
        labels[size] = label;
        return size++;
    }

    private static int grown(int from, int to) {
        return (int) Math.min(Integer.MAX_VALUE - 8, Math.max(to, from + (from >> 1) + 1L));
    }

    private void rehash() {
        places = emptyPlaces(2 * places.length);
        for (int place = 0; place < size; place++) {
            byte[] id = Arrays.copyOfRange(ids, begin(place), ends[place]);
            places[slot(id)] = place;
        }
    }

    private static int[] emptyPlaces(int length) {
        int[] places = new int[length];
        Arrays.fill(places, NONE);
        return places;
    }
}
