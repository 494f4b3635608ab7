package io.millrace.monitor;

import io.millrace.record.Score;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is counted of some rows. It merges by addition: whatever the order and however the rows are
 * split, the counts come out the same to the last bit.
 *
 * <p>Of new categories, at most {@value #NEW_CATEGORIES} per series are counted one by one: those
 * whose hashes are the smallest. Which these are does not depend on the order either, and one that
 * is among them in the end has been all the time, so its count is exact. The events that are named
 * are chosen alike.
 */
final class Counts {
    static final int NEW_CATEGORIES = 256;

    private final long[] cells;
    private final double[] ranges;
    private final Map<Integer, TreeMap<Label, Long>> news = new HashMap<>();
    private final EventSample events = new EventSample();
    private long rows;

    /** A category in the order of its hash. */
    private record Label(int hash, String text) implements Comparable<Label> {

        static Label of(String text) {
            // Spread: what begins alike must not have like hashes.
            int mixed = text.hashCode() * 0x9E3779B9;
            return new Label(mixed ^ (mixed >>> 15), text);
        }

        @Override
        public int compareTo(Label other) {
            int byHash = Integer.compare(hash, other.hash);
            return byHash == 0 ? text.compareTo(other.text) : byHash;
        }
    }

    Counts(CountLayout layout) {
        cells = new long[layout.cells()];
        ranges = new double[2 * layout.series().size()];
        for (int i = 0; i < ranges.length; i += 2) {
            ranges[i] = Double.POSITIVE_INFINITY;
            ranges[i + 1] = Double.NEGATIVE_INFINITY;
        }
    }

    long rows() {
        return rows;
    }

    void addRow() {
        rows++;
    }

    /** Looks at an event, which may be one of the few that are named. */
    void sample(Score score) {
        events.add(score);
    }

    /** The ids of a few of the events. */
    List<String> eventIds() {
        return events.asList();
    }

    void addRows(int more) {
        rows += more;
    }

    long[] cells() {
        return cells;
    }

    void widen(int series, double value) {
        int at = 2 * series;
        // Of two zeros there is one, whichever comes first.
        double known = value + 0.0;
        if (known < ranges[at]) {
            ranges[at] = known;
        }
        if (known > ranges[at + 1]) {
            ranges[at + 1] = known;
        }
    }

    double min(int series) {
        return ranges[2 * series];
    }

    double max(int series) {
        return ranges[2 * series + 1];
    }

    void addNew(int series, String category, long count) {
        var ofSeries = news.computeIfAbsent(series, s -> new TreeMap<>());
        var label = Label.of(category);
        if (ofSeries.size() == NEW_CATEGORIES && !ofSeries.containsKey(label)) {
            if (label.compareTo(ofSeries.lastKey()) > 0) {
                return;
            }
            ofSeries.pollLastEntry();
        }
        ofSeries.merge(label, count, Long::sum);
    }

    /** New categories of a series, and how often each is there. */
    Map<String, Long> newCategories(int series) {
        var counts = new TreeMap<String, Long>(CategoryCounts.BY_CODE_POINT);
        news.getOrDefault(series, new TreeMap<>())
                .forEach((label, count) -> counts.put(label.text(), count));
        return counts;
    }

    /** Adds the counts of other rows, counted in the same layout. */
    void add(Pane pane, CountLayout layout) {
        rows += pane.rows();
        layout.merge(pane.cells(), cells);
        for (int i = 0; i < ranges.length; i += 2) {
            ranges[i] = Math.min(ranges[i], pane.ranges()[i]);
            ranges[i + 1] = Math.max(ranges[i + 1], pane.ranges()[i + 1]);
        }
        for (int i = 0; i < pane.newSeries().length; i++) {
            addNew(pane.newSeries()[i], pane.newLabels()[i], pane.newCounts()[i]);
        }
        for (int i = 0; i < pane.eventIds().length; i++) {
            events.add(pane.eventHashes()[i], pane.eventIds()[i]);
        }
    }

    /** These counts as they travel. */
    Pane pane(long startMillis, VersionId version, String segment, String layout) {
        int size = news.values().stream().mapToInt(TreeMap::size).sum();
        int[] newSeries = new int[size];
        var newLabels = new String[size];
        long[] newCounts = new long[size];
        int next = 0;
        for (var ofSeries : new TreeMap<>(news).entrySet()) {
            for (var entry : ofSeries.getValue().entrySet()) {
                newSeries[next] = ofSeries.getKey();
                newLabels[next] = entry.getKey().text();
                newCounts[next] = entry.getValue();
                next++;
            }
        }
        return new Pane(
                startMillis,
                version.model(),
                version.version(),
                version.digest(),
                segment,
                layout,
                rows,
                cells.clone(),
                Arrays.copyOf(ranges, ranges.length),
                newSeries,
                newLabels,
                newCounts,
                events.hashes(),
                events.ids());
    }
}
