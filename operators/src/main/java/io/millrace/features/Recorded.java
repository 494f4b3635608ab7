package io.millrace.features;

import io.millrace.spec.FeaturesSpec.From;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What a savepoint says of the history that a step has recorded, whichever entity the rows are of.
 * Times are epoch milliseconds.
 *
 * @param waits whether rows waited for the watermark
 * @param watermarkMillis in event-time order, the time up to which rows are learnt and answered; no
 *     row that waits lies at or before it
 * @param horizonMillis no event at or before it is answered any more
 * @param latestMillis the latest row that has been learnt
 * @param streams what is recorded of each stream
 */
record Recorded(
        boolean waits,
        long watermarkMillis,
        long horizonMillis,
        long latestMillis,
        Map<From, Stream> streams) {
    /** The time before all others: nothing yet. */
    static final long NOTHING = Long.MIN_VALUE;

    /** Since a time that is not known yet. */
    static final long NOT_YET = Long.MAX_VALUE;

    /** Nothing at all. */
    static final Recorded NONE = new Recorded(false, NOTHING, NOTHING, NOTHING, Map.of());

    Recorded {
        streams = Collections.unmodifiableMap(copy(streams));
    }

    private static Map<From, Stream> copy(Map<From, Stream> streams) {
        var copy = new EnumMap<From, Stream>(From.class);
        copy.putAll(streams);
        return copy;
    }

    /**
     * What is recorded of one stream.
     *
     * @param retentionMillis how far behind the horizon rows are kept
     * @param sinceMillis all rows after it are recorded; {@link #NOT_YET} where none has come
     * @param columns the same of each column, in words
     */
    record Stream(long retentionMillis, long sinceMillis, Map<String, Long> columns) {

        Stream {
            columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        }

        private Stream merge(Stream other) {
            var both = new LinkedHashMap<>(columns);
            other.columns.forEach((column, since) -> both.merge(column, since, Math::min));
            return new Stream(
                    Math.min(retentionMillis, other.retentionMillis),
                    Math.min(sinceMillis, other.sinceMillis),
                    both);
        }
    }

    /**
     * What all subtasks of a step say together: each has seen the rows of its own entities alone.
     */
    static Recorded merge(List<Recorded> subtasks) {
        var streams = new EnumMap<From, Stream>(From.class);
        for (Recorded subtask : subtasks) {
            subtask.streams.forEach((from, stream) -> streams.merge(from, stream, Stream::merge));
        }
        return new Recorded(
                subtasks.stream().anyMatch(Recorded::waits),
                latest(subtasks, Recorded::watermarkMillis),
                latest(subtasks, Recorded::horizonMillis),
                latest(subtasks, Recorded::latestMillis),
                streams);
    }

    private static long latest(List<Recorded> subtasks, ToLongFunction<Recorded> millis) {
        return subtasks.stream().mapToLong(millis).max().orElse(NOTHING);
    }
}
