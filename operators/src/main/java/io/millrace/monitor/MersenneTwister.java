package io.millrace.monitor;

/**
 * Reproducible numbers that look like chance: MT19937 (M. Matsumoto and T. Nishimura, Mersenne
 * Twister, ACM TOMACS 8, 1998), seeded with one number and drawn from as in Python.
 */
final class MersenneTwister {
    /** How many numbers of a memory it takes. */
    static final int LENGTH = 625;

    private static final int WORDS = 624;
    private static final int MIDDLE = 397;
    private static final int MATRIX = 0x9908b0df;
    private static final int UPPER = 0x80000000;

    private final int[] words = new int[WORDS];
    private int next = WORDS;

    MersenneTwister(int seed) {
        seed(seed);
    }

    void seed(int seed) {
        words[0] = 19650218;
        for (int i = 1; i < WORDS; i++) {
            words[i] = 1812433253 * mixed(i - 1) + i;
        }
        int at = 1;
        for (int i = 0; i < WORDS; i++) {
            words[at] = (words[at] ^ (mixed(at - 1) * 1664525)) + seed;
            at = following(at);
        }
        for (int i = 0; i < WORDS - 1; i++) {
            words[at] = (words[at] ^ (mixed(at - 1) * 1566083941)) - at;
            at = following(at);
        }
        words[0] = UPPER;
        next = WORDS;
    }

    private int mixed(int at) {
        return words[at] ^ (words[at] >>> 30);
    }

    private int following(int at) {
        if (at + 1 < WORDS) {
            return at + 1;
        }
        words[0] = words[WORDS - 1];
        return 1;
    }

    /** A whole number from 0 to {@code bound - 1}. */
    int below(int bound) {
        int unused = Integer.numberOfLeadingZeros(bound);
        int drawn = draw() >>> unused;
        while (drawn >= bound) {
            drawn = draw() >>> unused;
        }
        return drawn;
    }

    private int draw() {
        if (next == WORDS) {
            twist();
        }
        int word = words[next++];
        word ^= word >>> 11;
        word ^= (word << 7) & 0x9d2c5680;
        word ^= (word << 15) & 0xefc60000;
        return word ^ (word >>> 18);
    }

    private void twist() {
        for (int i = 0; i < WORDS; i++) {
            int word = (words[i] & UPPER) | (words[(i + 1) % WORDS] & ~UPPER);
            int twisted = words[(i + MIDDLE) % WORDS] ^ (word >>> 1);
            words[i] = (word & 1) == 0 ? twisted : twisted ^ MATRIX;
        }
        next = 0;
    }

    void write(double[] memory, int at) {
        for (int i = 0; i < WORDS; i++) {
            memory[at + i] = words[i];
        }
        memory[at + WORDS] = next;
    }

    void read(double[] memory, int at) {
        for (int i = 0; i < WORDS; i++) {
            words[i] = (int) memory[at + i];
        }
        next = (int) memory[at + WORDS];
    }
}
