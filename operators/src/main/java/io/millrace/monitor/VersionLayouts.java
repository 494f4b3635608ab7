package io.millrace.monitor;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How each model version is counted, asked of the source of profiles once it is needed.
 *
 * <p>Of more than {@value #MOST} versions those that were needed last are held, some 5 KB for each
 * feature; others are asked for again.
 */
final class VersionLayouts {
    static final int MOST = 256;

    private final List<Watched> watched;
    private final ProfileSource profiles;
    private final Map<VersionId, VersionLayout> known = new Recent<>(MOST);

    /**
     * @param answer the version's profile, or why there is none
     * @param layout how it is counted
     * @param askedMillis the event time for which the source was asked
     */
    record VersionLayout(ProfileSource.Answer answer, CountLayout layout, long askedMillis) {

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
     * this is for the end of a window, not for each row.
     */
    VersionLayout of(VersionId version) {
        VersionLayout layout = known.get(version);
        return layout == null || !layout.answer().isFinal() ? ask(version, Long.MIN_VALUE) : layout;
    }

    /**
     * The same for what begins at some event time; the source is asked anew where it was not yet
     * for that time or a later one: many segments begin together.
     */
    VersionLayout of(VersionId version, long startMillis) {
        VersionLayout layout = known.get(version);
        return layout == null || (!layout.answer().isFinal() && startMillis > layout.askedMillis())
                ? ask(version, startMillis)
                : layout;
    }

    private VersionLayout ask(VersionId version, long millis) {
        var answer = profiles.of(version);
        var layout = new VersionLayout(answer, CountLayout.of(watched, answer.profile()), millis);
        known.put(version, layout);
        return layout;
    }

    /** The layout of a version as it was last asked for, or null where it is not held. */
    @Nullable VersionLayout known(VersionId version) {
        return known.get(version);
    }
}
