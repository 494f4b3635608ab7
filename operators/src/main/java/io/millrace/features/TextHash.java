package io.millrace.features;

/**
 * 64 bits that stand for a text: FNV-1a, then the finalizer of MurmurHash3.
 *
 * <p>Among n texts two have the same bits with a probability of n² / 2<sup>65</sup>, 3 in
 * 10<sup>12</sup> for 10,000 texts. What a log keeps is made of it, so it must never change.
 */
final class TextHash {
    private static final long OFFSET_BASIS = 0xCBF29CE484222325L;
    private static final long PRIME = 0x100000001B3L;

    private TextHash() {}

    static long of(byte[] utf8) {
        long hash = OFFSET_BASIS;
        for (byte unit : utf8) {
            hash = (hash ^ (unit & 0xFF)) * PRIME;
        }
        return mixed(hash);
    }

    /** Spreads each bit over all bits, one to one. */
    static long mixed(long bits) {
        long hash = (bits ^ (bits >>> 33)) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ (hash >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return hash ^ (hash >>> 33);
    }
}
