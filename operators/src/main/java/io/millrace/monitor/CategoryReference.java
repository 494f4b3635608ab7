package io.millrace.monitor;

import io.millrace.record.FeatureDrift.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * How often a reference has each category.
 *
 * @param top the most frequent categories, the most frequent first
 * @param counts how often each is there
 * @param others the further ones, in no particular order
 * @param other how often any of them is there
 * @param isComplete whether others are all there are; where they are not, nothing can be called new
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
        boolean isComplete)
        implements FeatureReference {
    static final int TOP = 50;
    static final int KNOWN = 10_000;

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
        boolean isComplete = counts.size() <= KNOWN;
        return new CategoryReference(
                name,
                role,
                valid + missing,
                missing,
                top,
                topCounts,
                isComplete ? others : List.of(),
                valid - Divergence.sum(topCounts),
                isComplete);
    }
}
