package io.millrace.record;

/**
 * An announcement: from which event time on a model version answers, or challenges the one that
 * does.
 *
 * <p>It revokes what was announced before of that kind for that time and later ones; so whoever
 * knows all announcements in their order knows which version answers at any time, and which one
 * challenges it.
 *
 * @param model the registered model's name
 * @param version its immutable version
 * @param digest the digest of the version's bytes, {@code sha256:} and 64 hexadecimal digits
 * @param role what the version is from then on
 * @param share of the entities whose events a challenger answers, 0 to 1: with 0 it is a shadow,
 *     compared and never acted on
 * @param fromMillis the first event time for which that holds, epoch milliseconds
 * @param announcedMillis when it was announced, epoch milliseconds
 * @param reason why, for people and for the audit
 */
public record ModelUpdate(
        String model,
        String version,
        String digest,
        Role role,
        double share,
        long fromMillis,
        long announcedMillis,
        String reason) {

    /** What a version is. */
    public enum Role {
        /** It answers. */
        CHAMPION,
        /** It is compared with the champion, and answers a share. */
        CHALLENGER,
        /** It challenges no longer. */
        RETIRED
    }

    /** A champion. */
    public ModelUpdate(
            String model,
            String version,
            String digest,
            long fromMillis,
            long announcedMillis,
            String reason) {
        this(model, version, digest, Role.CHAMPION, 0, fromMillis, announcedMillis, reason);
    }

    /** {@code name/version}, as people say it. */
    @Override
    public String toString() {
        return model + "/" + version;
    }
}
