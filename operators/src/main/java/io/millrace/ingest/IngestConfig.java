package io.millrace.ingest;

import io.millrace.spec.ColumnSpec;
import io.millrace.spec.EventsSpec;
import io.millrace.spec.EventsSpec.DeduplicateSpec;
import io.millrace.spec.ExpectationSpec;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.LabelsSpec;
import io.millrace.spec.StreamSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one topic's rows must be.
 *
 * @param name what the stream is called in uids and names: {@code events}, {@code labels}
 * @param columns the declared columns in order
 * @param id the column that holds the event id
 * @param expectations conditions that every row must meet
 * @param latenessMillis how far behind the watermark a row is still accepted; {@link #NEVER_LATE}
 *     where a later stage decides
 * @param deduplicate how duplicates are recognised, or null where the topic has none
 */
public record IngestConfig(
        String name,
        List<ColumnSpec> columns,
        String id,
        List<ExpectationSpec> expectations,
        long latenessMillis,
        @Nullable DeduplicateSpec deduplicate) {

    /** The lateness of a stream whose rows are never too late here. */
    public static final long NEVER_LATE = Long.MAX_VALUE;

    public IngestConfig {
        columns = List.copyOf(columns);
        expectations = List.copyOf(expectations);
    }

    /** The settings for events, which are answered in the given order. */
    public static IngestConfig from(EventsSpec events, Order order) {
        long latenessMillis =
                switch (order) {
                    case ARRIVAL -> events.allowedLateness().toMillis();
                    case EVENT_TIME -> 0;
                };
        return from("events", events.stream(), latenessMillis, events.deduplicate());
    }

    /**
     * The settings for labels. In arrival order a late label is still learnt, as long as a window
     * reaches it: the features know.
     */
    public static IngestConfig from(LabelsSpec labels, Order order) {
        long latenessMillis =
                switch (order) {
                    case ARRIVAL -> NEVER_LATE;
                    case EVENT_TIME -> 0;
                };
        return from("labels", labels.stream(), latenessMillis, null);
    }

    private static IngestConfig from(
            String name,
            StreamSpec stream,
            long latenessMillis,
            @Nullable DeduplicateSpec deduplicate) {
        return new IngestConfig(
                name,
                stream.columns(),
                stream.id(),
                stream.expectations(),
                latenessMillis,
                deduplicate);
    }
}
