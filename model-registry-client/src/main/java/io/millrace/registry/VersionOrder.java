package io.millrace.registry;

import java.util.Collection;
import java.util.Comparator;

/** How versions follow each other: numbers by their value, before names. */
final class VersionOrder {
    /** More digits than a registry will ever count to, and few enough for a long. */
    private static final int DIGITS_MAX = 18;

    static final Comparator<String> OLDEST_FIRST =
            Comparator.comparing((String version) -> !isNumber(version))
                    .thenComparing(version -> isNumber(version) ? Long.parseLong(version) : 0L)
                    .thenComparing(Comparator.naturalOrder());

    private VersionOrder() {}

    static boolean isNumber(String version) {
        return !version.isEmpty()
                && version.length() <= DIGITS_MAX
                && version.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** The number after the largest. */
    static String next(Collection<String> versions) {
        long largest =
                versions.stream()
                        .filter(VersionOrder::isNumber)
                        .mapToLong(Long::parseLong)
                        .max()
                        .orElse(0);
        return Long.toString(largest + 1);
    }
}
