package io.millrace.monitor;

import java.util.Arrays;

/**
 * Finds the bin of a number among edges that never move, nearly always without a search: a search
 * takes branches that no processor foresees.
 *
 * <p>Numbers are told apart by how far they lie above the first edge, in slots that are a power of
 * two long in groups of {@value #PER_OCTAVE}: fine where edges are close, coarse in a long tail.
 * Each slot knows how many edges lie in earlier ones, so that only its own are looked at: there are
 * so many slots since each edge that is looked at costs as much as all that comes before.
 *
 * <p>Invariant: a number's slot never decreases with the number, so an edge of an earlier slot is
 * below it.
 */
final class BinSearch {
    private static final int PER_OCTAVE_BITS = 7;
    private static final int PER_OCTAVE = 1 << PER_OCTAVE_BITS;
    private static final int OCTAVES = 16;
    private static final int SLOTS = PER_OCTAVE * OCTAVES;

    private static final int MANTISSA_BITS = 52;

    /** More edges than this in a slot are searched. */
    private static final int FEW = 4;

    /** The edges, and behind them as many that no number reaches as a slot may have. */
    private final double[] edges;

    /** The most edges in a slot. */
    private final int most;

    /** How many edges lie in earlier slots; one more than slots, the last being all edges. */
    private final short[] before = new short[SLOTS + 1];

    private final double first;
    private final int lowest;

    /**
     * @param edges ascending, each once; bin {@code i} holds what is above edge {@code i - 1} and
     *     at most edge {@code i}
     */
    BinSearch(double[] edges) {
        first = edges.length == 0 ? 0 : edges[0];
        double range = edges.length == 0 ? 0 : edges[edges.length - 1] - first;
        lowest = octave(range) - (SLOTS - 1);
        for (double edge : edges) {
            before[slot(edge) + 1]++;
        }
        int mostOfAll = 0;
        for (int slot = 0; slot < SLOTS; slot++) {
            mostOfAll = Math.max(mostOfAll, before[slot + 1]);
            before[slot + 1] += before[slot];
        }
        most = mostOfAll;
        this.edges = Arrays.copyOf(edges, edges.length + Math.min(most, FEW));
        Arrays.fill(this.edges, edges.length, this.edges.length, Double.POSITIVE_INFINITY);
        for (int i = 0; i < edges.length; i++) {
            // A negative zero less a positive one would have a sign.
            this.edges[i] += 0.0;
        }
    }

    /** The exponent of a number and the first bits of its mantissa; negative of negative ones. */
    private static int octave(double number) {
        return (int) (Double.doubleToRawLongBits(number) >> (MANTISSA_BITS - PER_OCTAVE_BITS));
    }

    private int slot(double value) {
        return Math.max(0, Math.min(SLOTS - 1, octave(value - first) - lowest));
    }

    /** The bin of a finite number. */
    int of(double value) {
        int slot = slot(value);
        int from = before[slot];
        if (most > FEW) {
            return search(value, from, before[slot + 1]);
        }
        // As many for every number: those of later slots are above it, and count for nothing.
        int bin = from;
        if (most > 0) {
            bin += below(edges[from], value);
        }
        if (most > 1) {
            bin += below(edges[from + 1], value);
        }
        if (most > 2) {
            bin += below(edges[from + 2], value);
        }
        if (most > 3) {
            bin += below(edges[from + 3], value);
        }
        return bin;
    }

    /** 1 or 0: a difference's sign is a comparison that no branch is needed for. */
    private static int below(double edge, double value) {
        return (int) (Double.doubleToRawLongBits(edge - value) >>> (Long.SIZE - 1));
    }

    private int search(double value, int first, int end) {
        int from = first;
        int to = end;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (value <= edges[middle]) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from;
    }
}
