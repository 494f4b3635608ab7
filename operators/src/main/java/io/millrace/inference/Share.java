package io.millrace.inference;

/**
 * Entities that a challenger answers: always the same ones of a share, and others for another
 * challenger.
 */
final class Share {
    /** The values of 53 bits are all the doubles from 0 to 1 that are equally far apart. */
    private static final double UNIT = 0x1p-53;

    private final long salt;
    private final double share;

    /**
     * A share of the entities.
     *
     * @param challenger what tells challengers apart
     * @param share 0 to 1
     */
    Share(String challenger, double share) {
        this.salt = mix(challenger.hashCode());
        this.share = share;
    }

    boolean has(String entity) {
        return share > 0 && (mix(salt + entity.hashCode()) >>> 11) * UNIT < share;
    }

    /** The finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
