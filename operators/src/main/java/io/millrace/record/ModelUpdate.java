package io.millrace.record;

/**
 * An announcement: from which event time on a model version answers.
 *
 * <p>It revokes what was announced before for that time and later ones; so whoever knows all
 * announcements in their order knows which version answers at any time.
 *
 * @param model the registered model's name
 * @param version its immutable version
 * @param digest the digest of the version's bytes, {@code sha256:} and 64 hexadecimal digits
 * @param fromMillis the first event time that it answers, epoch milliseconds
 * @param announcedMillis when it was announced, epoch milliseconds
 * @param reason why, for people and for the audit
 */
public record ModelUpdate(
        String model,
        String version,
        String digest,
        long fromMillis,
        long announcedMillis,
        String reason) {

    /** {@code name/version}, as people say it. */
    @Override
    public String toString() {
        return model + "/" + version;
    }
}
