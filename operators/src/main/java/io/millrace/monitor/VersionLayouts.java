package io.millrace.monitor;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How each model version is counted, asked of the source of profiles once it is needed.
 *
 * <p>Of more than {@value #MOST_VERSIONS} versions, and of those whose layouts and references weigh
 * more than {@value #MOST_CELLS} cells together, at some 40 bytes each, those that were needed last
 * are held; others are asked for again.
 */
final class VersionLayouts {
    private static final int MOST_CELLS = 4_000_000;
    static final int MOST_VERSIONS = 1_024;

    private final List<Watched> watched;
    private final ProfileSource profiles;
    private final Recent<VersionId, VersionLayout> known;

    /**
     * @param answer the version's profile, or why there is none
     * @param layout how all rows are counted
     * @param ofSegments how segments are that have a reference of their own
     * @param askedMillis the event time for which the source was asked
     */
    record VersionLayout(
            ProfileSource.Answer answer,
            CountLayout layout,
            Map<String, CountLayout> ofSegments,
            long askedMillis) {

        /** How a segment is counted; an empty one is all rows. */
        CountLayout of(String segment) {
            return ofSegments.getOrDefault(segment, layout);
        }

        /** Whether a segment is compared with a reference of its own. */
        boolean hasOwn(String segment) {
            return ofSegments.containsKey(segment);
        }

        /** Whether a pane was counted so. */
        boolean isOf(Pane pane) {
            return of(pane.segment()).isOf(pane);
        }

        private long weight() {
            return layout.weight()
                    + ofSegments.values().stream().mapToLong(CountLayout::weight).sum();
        }
    }

    VersionLayouts(List<Watched> watched, ProfileSource profiles) {
        this(watched, profiles, MOST_CELLS);
    }

    VersionLayouts(List<Watched> watched, ProfileSource profiles, long mostCells) {
        this.watched = watched;
        this.profiles = profiles;
        this.known = new Recent<>(MOST_VERSIONS, mostCells, VersionLayout::weight);
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
        ReferenceProfile profile = answer.profile();
        var ofSegments = new HashMap<String, CountLayout>();
        if (profile != null) {
            for (SegmentReference segment : profile.segments()) {
                ofSegments.put(segment.segment(), CountLayout.of(watched, profile, segment));
            }
        }
        var layout =
                new VersionLayout(
                        answer, CountLayout.of(watched, profile), Map.copyOf(ofSegments), millis);
        known.put(version, layout);
        return layout;
    }

    /** The layout of a version as it was last asked for, or null where it is not held. */
    @Nullable VersionLayout known(VersionId version) {
        return known.get(version);
    }
}
