package io.millrace.monitor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts of categories, side by side: those of a reference and those of a current window.
 *
 * @param labels what is counted at each place
 * @param reference the reference's counts
 * @param current the window's
 */
// Made and read within one comparison, and never compared itself.
@SuppressWarnings("ArrayRecordComponent")
record CategoryCounts(List<String> labels, long[] reference, long[] current) {
    /** What the categories that are not told apart are called. */
    static final String OTHER = "OTHER";

    /** The order of UTF-8 bytes, which is that of code points. */
    static final Comparator<String> BY_CODE_POINT =
            (a, b) -> {
                int i = 0;
                while (i < a.length() && i < b.length()) {
                    int left = a.codePointAt(i);
                    int right = b.codePointAt(i);
                    if (left != right) {
                        return Integer.compare(left, right);
                    }
                    i += Character.charCount(left);
                }
                return Integer.compare(a.length(), b.length());
            };

    /** Every category that either has. */
    static CategoryCounts of(Map<String, Long> reference, Map<String, Long> current) {
        var all = new TreeMap<String, Long>(BY_CODE_POINT);
        all.putAll(reference);
        all.putAll(current);
        var labels = List.copyOf(all.keySet());
        return new CategoryCounts(labels, counts(labels, reference), counts(labels, current));
    }

    /** The reference's most frequent categories, and all others as one where there are any. */
    static CategoryCounts bounded(
            Map<String, Long> reference, Map<String, Long> current, int most) {
        var labels = top(reference, most);
        long otherReference = Divergence.sum(counts(labels, reference));
        long otherCurrent = Divergence.sum(counts(labels, current));
        otherReference = total(reference) - otherReference;
        otherCurrent = total(current) - otherCurrent;
        return of(
                labels,
                counts(labels, reference),
                counts(labels, current),
                otherReference,
                otherCurrent);
    }

    /** The counts of categories, and those of all others as one where there are any. */
    static CategoryCounts of(
            List<String> labels,
            long[] reference,
            long[] current,
            long otherReference,
            long otherCurrent) {
        if (otherReference + otherCurrent == 0) {
            return new CategoryCounts(labels, reference, current);
        }
        var more = new ArrayList<>(labels);
        more.add(OTHER);
        return new CategoryCounts(
                more, with(reference, otherReference), with(current, otherCurrent));
    }

    private static long[] with(long[] counts, long last) {
        var more = new long[counts.length + 1];
        System.arraycopy(counts, 0, more, 0, counts.length);
        more[counts.length] = last;
        return more;
    }

    /** The most frequent categories, the most frequent first; equal ones by their code points. */
    static List<String> top(Map<String, Long> counts, int most) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .sorted(
                        Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                                .thenComparing(Map.Entry.comparingByKey(BY_CODE_POINT)))
                .limit(most)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static long[] counts(List<String> labels, Map<String, Long> counts) {
        return labels.stream().mapToLong(label -> counts.getOrDefault(label, 0L)).toArray();
    }

    private static long total(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    Divergence divergence() {
        return Divergence.of(reference, current);
    }

    ChiSquared chiSquared() {
        return ChiSquared.of(reference, current);
    }
}
