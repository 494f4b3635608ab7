package io.millrace.features;

/** Events in, feature vectors out. */
public final class FeatureStage {
    /** What dead letters of this stage are marked with. */
    static final String STAGE = "features";

    private FeatureStage() {}
}
