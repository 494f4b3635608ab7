package io.millrace.features;

import io.millrace.record.Event;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.FeaturesSpec.Aggregate;
import io.millrace.spec.FeaturesSpec.Current;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/**
 * All windows of one entity over one stream: which columns their common {@link RowLog} keeps, how
 * far back it reaches, and what each window says.
 *
 * <p>A window at event time t holds the rows in {@code (t - delay - window, t - delay]}. Its edges
 * are looked up once for all aggregates over it.
 */
final class LogWindows implements Serializable {
    private static final long serialVersionUID = 1L;

    /** What {@link Ties#SOURCE} goes by. */
    private static final List<PastLayout.Column> RANK =
            List.of(
                    new PastLayout.Column("partition", false),
                    new PastLayout.Column("offset", false));

    /** A stretch of the past that one or more features are about. */
    private record Span(long windowMillis, long delayMillis) implements Serializable {

        long right(long timeMillis) {
            return EventTime.before(timeMillis, delayMillis);
        }

        long left(long rightMillis) {
            return EventTime.before(rightMillis, windowMillis);
        }
    }

    /**
     * One feature.
     *
     * @param slot its place in the vector
     * @param excludesCurrent whether the event itself does not count
     * @param missing what it is where the aggregation has no value
     */
    private record Window(
            String name, int slot, Aggregation aggregation, boolean excludesCurrent, double missing)
            implements Serializable {}

    private final ColumnReader[] columns;
    private final IndexPlan indexes;
    private final Span[] spans;

    /** The windows of each span. */
    private final Window[][] windows;

    private final long retentionMillis;

    /** The values of the row being learnt. */
    private final long[] values;

    /** The columns in which a row's rank is kept; none where rows come in their order. */
    private final List<PastLayout.Column> rank;

    private LogWindows(LogPlanner planner, List<Span> spans, List<List<Window>> windows) {
        this.columns = planner.columns().toArray(ColumnReader[]::new);
        this.indexes = planner.indexes();
        this.spans = spans.toArray(Span[]::new);
        this.windows =
                windows.stream()
                        .map(ofSpan -> ofSpan.toArray(Window[]::new))
                        .toArray(Window[][]::new);
        this.retentionMillis =
                spans.stream()
                        .mapToLong(span -> EventTime.after(span.windowMillis, span.delayMillis))
                        .max()
                        .orElseThrow();
        this.values = new long[this.columns.length];
        this.rank = List.of();
    }

    private LogWindows(LogWindows windows, List<PastLayout.Column> rank) {
        this.columns = windows.columns;
        this.indexes = windows.indexes;
        this.spans = windows.spans;
        this.windows = windows.windows;
        this.retentionMillis = windows.retentionMillis;
        this.values = new long[columns.length + rank.size()];
        this.rank = rank;
    }

    /** The same windows, which keep beside each row where it was read. */
    LogWindows ranked() {
        return new LogWindows(this, RANK);
    }

    /**
     * @param features the features over the stream, by their slot in the vector; at least one
     * @param declared the stream's columns
     * @param labelId of labels, the column that holds the id of the labelled event; null of events
     */
    static LogWindows of(
            List<Slotted<WindowSpec>> features,
            List<ColumnSpec> declared,
            @Nullable String labelId) {
        var planner = new LogPlanner(declared, labelId);
        var spans = new ArrayList<Span>();
        var windows = new ArrayList<List<Window>>();
        for (var feature : features) {
            var spec = feature.feature();
            var span = new Span(positive(spec, spec.window()), spec.delay().toMillis());
            int spanIndex = spans.indexOf(span);
            if (spanIndex < 0) {
                spanIndex = spans.size();
                spans.add(span);
                windows.add(new ArrayList<>());
            }
            windows.get(spanIndex)
                    .add(
                            new Window(
                                    spec.name(),
                                    feature.slot(),
                                    planner.aggregation(spec),
                                    spec.current() == Current.EXCLUDE
                                            || spec.aggregate() == Aggregate.TIME_SINCE_LAST,
                                    spec.missing()));
        }
        return new LogWindows(planner, spans, windows);
    }

    private static long positive(WindowSpec spec, Duration window) {
        if (window.toMillis() <= 0) {
            throw new IllegalArgumentException(
                    "window of %s is %s; it must be at least 1 ms".formatted(spec.name(), window));
        }
        return window.toMillis();
    }

    /** How far behind an event's time a row still counts. */
    long retentionMillis() {
        return retentionMillis;
    }

    PastLayout.LogLayout layout(String stream) {
        return new PastLayout.LogLayout(
                stream,
                Stream.concat(
                                Arrays.stream(columns)
                                        .map(
                                                column ->
                                                        new PastLayout.Column(
                                                                column.name(),
                                                                column.isFloating())),
                                rank.stream())
                        .toList());
    }

    /**
     * Adds a row.
     *
     * @throws io.millrace.spec.ExpressionException where there is no value to keep; the log is as
     *     it was
     */
    void learn(RowLog log, long timeMillis, RowData row) {
        read(timeMillis, row);
        log.insert(timeMillis, values);
    }

    /**
     * Adds a row of {@link #ranked} windows: among those of its instant as the source read them.
     *
     * @throws io.millrace.spec.ExpressionException as {@link #learn} does
     */
    void learnRanked(RowLog log, Event row) {
        read(row.eventTimeMillis(), row.row());
        values[columns.length] = row.origin().partition();
        values[columns.length + 1] = row.origin().offset();
        log.insertRanked(row.eventTimeMillis(), values, columns.length);
    }

    private void read(long timeMillis, RowData row) {
        for (int column = 0; column < columns.length; column++) {
            values[column] = columns[column].read(row, timeMillis);
        }
    }

    /**
     * Writes what each window says at an event time into its slot of the vector.
     *
     * @param isOwn whether the event is the newest row of the log at that time
     * @return what cannot be computed and why, or null
     */
    @Nullable String answer(RowLog log, long timeMillis, boolean isOwn, double[] vector) {
        var known = log.indexes(indexes);
        var corrections = known.corrections();
        int current = isOwn ? log.after(timeMillis) - 1 : Selection.NONE;
        for (int index = 0; index < spans.length; index++) {
            long right = spans[index].right(timeMillis);
            long left = spans[index].left(right);
            var rows =
                    corrections != null && corrections.concern(left)
                            ? corrections.stretch(spans[index].delayMillis, left, timeMillis)
                            : new Stretch(
                                    known, log.after(left), log.after(right), current, timeMillis);
            for (Window window : windows[index]) {
                double value =
                        window.aggregation.of(
                                window.excludesCurrent ? rows.withoutCurrent() : rows);
                if (Double.isInfinite(value)) {
                    return "%s is %s; it must be finite".formatted(window.name, value);
                }
                vector[window.slot] = Double.isNaN(value) ? window.missing : value;
            }
        }
        return null;
    }
}
