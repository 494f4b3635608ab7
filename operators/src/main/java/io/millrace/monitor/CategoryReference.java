package io.millrace.monitor;

import io.millrace.record.FeatureDrift.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How often a reference has each category.
 *
 * @param top the most frequent categories, the most frequent first
 * @param counts how often each is there
 * @param others the further ones, in no particular order
 * @param other how often any of them is there
 * @param once how many categories are there once: as many of its rows would have been new to the
 *     rest, so their share is what to expect of new ones (I. J. Good, The Population Frequencies of
 *     Species, Biometrika 40, 1953)
 * @param isComplete whether others are all there are
 * @param known where they are not, all there are; null where they are too many for that too, and
 *     nothing can be called new
 */
// A part of a profile, which is never compared.
@SuppressWarnings("ArrayRecordComponent")
record CategoryReference(
        String name,
        Role role,
        long rows,
        long missing,
        List<String> top,
        long[] counts,
        List<String> others,
        long other,
        long once,
        boolean isComplete,
        @Nullable KnownCategories known)
        implements FeatureReference {
    static final int TOP = 50;

    /** More are not listed. */
    static final int LISTED = 10_000;

    /** More are not known. */
    static final int KNOWN = 1_000_000;

    CategoryReference {
        top = List.copyOf(top);
        others = List.copyOf(others);
    }

    static CategoryReference of(String name, Role role, Map<String, Long> counts, long missing) {
        List<String> top = CategoryCounts.top(counts, TOP);
        long[] topCounts = top.stream().mapToLong(counts::get).toArray();
        long valid = counts.values().stream().mapToLong(Long::longValue).sum();
        var isTop = new HashSet<>(top);
        var others = new ArrayList<String>();
        for (String category : counts.keySet()) {
            if (!isTop.contains(category)) {
                others.add(category);
            }
        }
        others.sort(CategoryCounts.BY_CODE_POINT);
        boolean isComplete = counts.size() <= LISTED;
        KnownCategories known =
                isComplete || counts.size() > KNOWN ? null : KnownCategories.of(counts.keySet());
        return new CategoryReference(
                name,
                role,
                valid + missing,
                missing,
                top,
                topCounts,
                isComplete ? others : List.of(),
                valid - Divergence.sum(topCounts),
                counts.values().stream().filter(count -> count == 1).count(),
                isComplete,
                known);
    }

    /** Whether a category that it does not have can be told from one that it has. */
    boolean knowsNew() {
        return isComplete || known != null;
    }
}
