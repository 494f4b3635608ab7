package io.millrace.monitor;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How each model version is counted, asked of the source of profiles once it is needed. */
final class VersionLayouts {
    private final List<Watched> watched;
    private final ProfileSource profiles;
    private final Map<String, VersionLayout> known = new HashMap<>();

    /**
     * @param answer the version's profile, or why there is none
     * @param layout how it is counted
     */
    record VersionLayout(ProfileSource.Answer answer, CountLayout layout) {

        /** Whether a pane was counted so. */
        boolean isOf(Pane pane) {
            return layout.name().equals(pane.layout());
        }
    }

    VersionLayouts(List<Watched> watched, ProfileSource profiles) {
        this.watched = watched;
        this.profiles = profiles;
    }

    /**
     * The layout of a version, where it is known for good; otherwise the source is asked anew: so
     * this is for the beginning of a pane and the end of a window, not for each row.
     */
    VersionLayout of(String model, String version, String modelDigest) {
        VersionLayout layout = known.get(modelDigest);
        if (layout == null || !layout.answer().isFinal()) {
            var answer = profiles.of(model, version, modelDigest);
            layout = new VersionLayout(answer, CountLayout.of(watched, answer.profile()));
            known.put(modelDigest, layout);
        }
        return layout;
    }

    /** The layout of a version as it was last asked for, or null where it was not. */
    @Nullable VersionLayout known(String modelDigest) {
        return known.get(modelDigest);
    }
}
