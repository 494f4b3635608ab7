package io.millrace.monitor;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the reference profile of a model version of the first rows that it has scored, in event
 * time: the same whatever the order in which they come.
 */
final class Learning {
    private static final Comparator<FirstRow> ORDER =
            Comparator.comparingLong(FirstRow::eventTimeMillis).thenComparing(FirstRow::eventId);

    private final LearnConfig config;

    Learning(LearnConfig config) {
        this.config = config;
    }

    /** The first of some rows; no later one will be needed. */
    List<FirstRow> first(List<FirstRow> rows) {
        return rows.stream().sorted(ORDER).limit(config.rows()).toList();
    }

    /**
     * The profile of rows of one version; null where there are not enough yet, or an earlier one
     * may still come.
     *
     * @param passedMillis the event time that has passed
     */
    @Nullable ReferenceProfile profile(List<FirstRow> rows, long passedMillis) {
        List<FirstRow> first = first(rows);
        if (first.size() < config.rows()
                || first.get(first.size() - 1).eventTimeMillis() > passedMillis) {
            return null;
        }
        var builder = new ProfileBuilder(config.watched(), config.isSegmented());
        for (FirstRow row : first) {
            builder.add(row.features(), row.segment());
            builder.add(row.score(), row.decision(), Double.NaN, row.segment());
        }
        return builder.build(first.get(0).modelName(), first.get(0).modelVersion());
    }
}
