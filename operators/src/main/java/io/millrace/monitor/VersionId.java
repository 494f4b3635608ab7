package io.millrace.monitor;

import io.millrace.record.Score;

/**
 * A model version, by its bytes too: what a registry calls by one name may be replaced, and two
 * models may begin as the same bytes.
 *
 * @param model the registered model's name
 * @param version the version's name
 * @param digest the digest of its bytes
 */
record VersionId(String model, String version, String digest) {

    static VersionId of(Score score) {
        return new VersionId(score.modelName(), score.modelVersion(), score.modelDigest());
    }

    static VersionId of(Pane pane) {
        return new VersionId(pane.model(), pane.version(), pane.modelDigest());
    }

    /** Whether it said a score. */
    boolean isOf(Score score) {
        return digest.equals(score.modelDigest())
                && version.equals(score.modelVersion())
                && model.equals(score.modelName());
    }

    /** As people write it. */
    @Override
    public String toString() {
        return model + "/" + version;
    }
}
