package io.millrace.features;

import io.millrace.spec.ColumnSpec;
import io.millrace.spec.FeaturesSpec.Aggregate;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
    private static final int NONE = -1;

    /** A stretch of the past that one or more features are about. */
    private record Span(long windowMillis, long delayMillis) implements Serializable {}

    /**
     * One feature.
     *
     * @param slot its place in the vector
     * @param column the log's column that is aggregated; {@link #NONE} for a count
     * @param presence the log's column that counts the values; {@link #NONE} where every row has
     *     one
     */
    private record Window(
            String name,
            int slot,
            Aggregate aggregate,
            int column,
            int presence,
            double unit,
            double missing)
            implements Serializable {}

    private final ColumnReader[] columns;
    private final boolean[] floating;
    private final Span[] spans;

    /** The windows of each span. */
    private final Window[][] windows;

    private final long retentionMillis;

    /** The values of the row being learnt. */
    private final long[] values;

    private LogWindows(List<ColumnReader> columns, List<Span> spans, List<List<Window>> windows) {
        this.columns = columns.toArray(ColumnReader[]::new);
        this.floating = new boolean[this.columns.length];
        for (int column = 0; column < floating.length; column++) {
            floating[column] = this.columns[column].isFloating();
        }
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
    }

    /**
     * @param features the features over the stream, by their slot in the vector; at least one
     * @param declared the stream's columns
     */
    static LogWindows of(List<Slotted<WindowSpec>> features, List<ColumnSpec> declared) {
        var columns = new ArrayList<ColumnReader>();
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
            windows.get(spanIndex).add(window(feature, declared, columns));
        }
        return new LogWindows(columns, spans, windows);
    }

    private static Window window(
            Slotted<WindowSpec> feature, List<ColumnSpec> declared, List<ColumnReader> columns) {
        var spec = feature.feature();
        int column = NONE;
        int presence = NONE;
        double unit = 1;
        if (spec.aggregate() != Aggregate.COUNT) {
            String of = spec.of();
            if (of == null) {
                throw new IllegalArgumentException(
                        "%s aggregates nothing; %s must be of a column"
                                .formatted(spec.name(), spec.aggregate()));
            }
            var reader = ColumnReader.ofValue(of, declared);
            unit = reader.unit();
            column = place(reader, columns);
            if (spec.aggregate() == Aggregate.AVG && ColumnReader.isNullable(of, declared)) {
                presence = place(ColumnReader.ofPresence(of, declared), columns);
            }
        }
        return new Window(
                spec.name(),
                feature.slot(),
                spec.aggregate(),
                column,
                presence,
                unit,
                spec.missing());
    }

    private static int place(ColumnReader reader, List<ColumnReader> columns) {
        for (int index = 0; index < columns.size(); index++) {
            if (columns.get(index).name().equals(reader.name())) {
                return index;
            }
        }
        columns.add(reader);
        return columns.size() - 1;
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
                Arrays.stream(columns)
                        .map(column -> new PastLayout.Column(column.name(), column.isFloating()))
                        .toList());
    }

    void learn(RowLog log, long timeMillis, RowData row) {
        for (int column = 0; column < columns.length; column++) {
            values[column] = columns[column].read(row);
        }
        log.insert(timeMillis, values);
    }

    /**
     * Writes what each window says at an event time into its slot of the vector.
     *
     * @return what cannot be computed and why, or null
     */
    @Nullable String answer(RowLog log, long timeMillis, double[] vector) {
        for (int index = 0; index < spans.length; index++) {
            long right = EventTime.before(timeMillis, spans[index].delayMillis);
            long left = EventTime.before(right, spans[index].windowMillis);
            int from = log.after(left);
            int to = log.after(right);
            for (Window window : windows[index]) {
                if (window.column != NONE
                        && !floating[window.column]
                        && !log.sumFits(window.column, from, to)) {
                    return "%s sums %d rows beyond 64 bits; the sum of %s must fit"
                            .formatted(window.name, to - from, columns[window.column].name());
                }
                vector[window.slot] = number(log, window, from, to);
            }
        }
        return null;
    }

    private double number(RowLog log, Window window, int from, int to) {
        return switch (window.aggregate) {
            case COUNT -> to - from;
            case SUM -> sum(log, window, from, to);
            case AVG -> {
                long rows =
                        window.presence == NONE ? to - from : log.sum(window.presence, from, to);
                yield rows == 0 ? window.missing : sum(log, window, from, to) / rows;
            }
        };
    }

    private double sum(RowLog log, Window window, int from, int to) {
        return floating[window.column]
                ? log.floatingSum(window.column, from, to)
                : log.sum(window.column, from, to) / window.unit;
    }
}
