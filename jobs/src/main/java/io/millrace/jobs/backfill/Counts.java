package io.millrace.jobs.backfill;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a job has counted so far.
 *
 * @param accumulators Flink's, by their names
 */
public record Counts(Map<String, Object> accumulators) {
    static final String READ = "read.";
    static final String REFUSED = "refused.";
    static final String EXAMPLES = "examples";
    static final String DUPLICATES = "duplicates";
    static final String COMPUTED = "computed";
    static final String EARLIEST = "earliest";
    static final String LATEST = "latest";
    static final String WRITTEN = "written";
    static final String LABELLED = "labelled";
    static final String WARMING = "warming";
    static final String WARMING_LATEST = "warming.latest";
    static final String WARMING_FEATURE = "warming.feature.";
    static final String WRITTEN_EARLIEST = "written.earliest";
    static final String WRITTEN_LATEST = "written.latest";

    /** A count; 0 where nothing was counted. */
    public long of(String name) {
        return accumulators.get(name) instanceof Long count ? count : 0;
    }

    long read() {
        return of(READ + "events");
    }

    long readLabels() {
        return of(READ + "labels");
    }

    /** How many were refused, by reason. */
    Map<String, Long> refused() {
        return by(REFUSED);
    }

    /** How many written rows each feature warms in, by name. */
    Map<String, Long> warming() {
        return by(WARMING_FEATURE);
    }

    private Map<String, Long> by(String prefix) {
        var counts = new TreeMap<String, Long>();
        accumulators.forEach(
                (name, value) -> {
                    if (name.startsWith(prefix) && value instanceof Long count && count > 0) {
                        counts.put(name.substring(prefix.length()), count);
                    }
                });
        return counts;
    }

    /** {@code MALFORMED 3, TOO_LATE 1}. */
    String reasons() {
        return refused().entrySet().stream()
                .map(reason -> "%s %,d".formatted(reason.getKey(), reason.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** Some refusals, each with its place, for people. */
    List<String> examples() {
        var examples = new ArrayList<String>();
        if (accumulators.get(EXAMPLES) instanceof List<?> kept) {
            kept.forEach(example -> examples.add(String.valueOf(example)));
        }
        return examples.stream().sorted().limit(3).toList();
    }
}
