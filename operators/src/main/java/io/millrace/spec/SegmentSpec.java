package io.millrace.spec;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * By which values of a column everything that is monitored is also told apart.
 *
 * @param column a column of events
 * @param values those that are told apart, all others being {@link #OTHER} together; none where
 *     each value is told apart
 */
public record SegmentSpec(String column, Set<String> values) implements Serializable {
    /** What is not in the list. */
    public static final String OTHER = "other";

    public SegmentSpec {
        values = Collections.unmodifiableSet(new LinkedHashSet<>(values));
    }

    /** The segment of a value; empty where there is none. */
    public String of(String value) {
        return values.isEmpty() || value.isEmpty() || values.contains(value) ? value : OTHER;
    }

    /** For people. */
    @Override
    public String toString() {
        return values.isEmpty()
                ? column
                : "%s (%s, %s)".formatted(column, String.join(", ", values), OTHER);
    }
}
