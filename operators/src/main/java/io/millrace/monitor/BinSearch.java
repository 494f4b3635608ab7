package io.millrace.monitor;

/**
 * Finds the bin of a number among edges that never move, nearly always without a search: a search
 * takes branches that no processor foresees.
 *
 * <p>Numbers are told apart by how far they lie above the first edge, in slots that are a power of
 * two long in groups of {@value #PER_OCTAVE}: fine where edges are close, coarse in a long tail.
 * Each slot knows how many edges lie in earlier ones, so that only its own are looked at.
 *
 * <p>Invariant: a number's slot never decreases with the number, so an edge of an earlier slot is
 * below it.
 */
final class BinSearch {
    private static final int PER_OCTAVE_BITS = 5;
    private static final int PER_OCTAVE = 1 << PER_OCTAVE_BITS;
    private static final int OCTAVES = 10;
    private static final int SLOTS = PER_OCTAVE * OCTAVES;

    private static final int MANTISSA_BITS = 52;

    /** More edges than this in a slot are searched. */
    private static final int FEW = 4;

    private final double[] edges;

    /** How many edges lie in earlier slots; one more than slots, the last being all edges. */
    private final short[] before = new short[SLOTS + 1];

    private final double first;
    private final long lowest;

    /**
     * @param edges ascending, each once; bin {@code i} holds what is above edge {@code i - 1} and
     *     at most edge {@code i}
     */
    BinSearch(double[] edges) {
        this.edges = edges;
        first = edges.length == 0 ? 0 : edges[0];
        double range = edges.length == 0 ? 0 : edges[edges.length - 1] - first;
        lowest = octave(range) - (SLOTS - 1);
        for (double edge : edges) {
            before[slot(edge) + 1]++;
        }
        for (int slot = 0; slot < SLOTS; slot++) {
            before[slot + 1] += before[slot];
        }
    }

    /** The exponent of a number and the first bits of its mantissa; negative of negative ones. */
    private static long octave(double number) {
        return Double.doubleToRawLongBits(number) >> (MANTISSA_BITS - PER_OCTAVE_BITS);
    }

    private int slot(double value) {
        return (int) Math.max(0, Math.min(SLOTS - 1, octave(value - first) - lowest));
    }

    /** The bin of a finite number. */
    int of(double value) {
        int slot = slot(value);
        int from = before[slot];
        int to = before[slot + 1];
        while (to - from > FEW) {
            int middle = (from + to) >>> 1;
            if (value <= edges[middle]) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        int bin = from;
        for (int edge = from; edge < to; edge++) {
            bin += value > edges[edge] ? 1 : 0;
        }
        return bin;
    }
}
