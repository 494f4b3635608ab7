package io.millrace.features;

import java.io.Serializable;
import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How often each value of a column is there in one window of a log.
 *
 * <p>It follows its window from one question to the next, by the rows that enter and leave: as
 * events come in order, each row does both once. A question about an earlier time moves it back,
 * past as many rows as lie between.
 */
final class ValueCounts {

    /**
     * What is counted.
     *
     * @param selection which rows count
     * @param window which window is followed
     * @param isRanked whether the most frequent values are asked for
     */
    record Plan(int column, int selection, FollowedWindow window, boolean isRanked)
            implements Serializable {}

    /** A window that moves along a log. */
    record FollowedWindow(long windowMillis, long delayMillis, boolean excludesCurrent)
            implements Serializable {}

    /** A value, as it sorts, and how often it is there. */
    private record Ranked(int count, long ordered) {
        static final Comparator<Ranked> MOST_FREQUENT_FIRST =
                Comparator.comparingInt(Ranked::count)
                        .reversed()
                        .thenComparingLong(Ranked::ordered);
    }

    /** What a value in a ranking takes, with its node. */
    private static final long RANKED_BYTES = 64;

    private final RowLog log;
    private final int column;
    private final Selection selection;
    private final LongCounts counts = new LongCounts();
    private final @Nullable TreeSet<Ranked> ranking;

    /** Rows {@code from} to {@code to - 1} are counted. */
    private int from;

    private int to;

    ValueCounts(Plan plan, RowLog log, Selection selection) {
        this.log = log;
        this.column = plan.column;
        this.selection = selection;
        this.ranking = plan.isRanked ? new TreeSet<>(Ranked.MOST_FREQUENT_FIRST) : null;
        this.from = log.first();
        this.to = from;
    }

    /** How much of the heap it takes, roughly. */
    long heapBytes() {
        return counts.heapBytes() + (ranking == null ? 0 : ranking.size() * RANKED_BYTES);
    }

    /** Notes that a row was put in, and all from there on have moved up. */
    void inserted(int row) {
        if (row < from) {
            from++;
            to++;
        } else if (row < to) {
            to++;
            add(row);
        }
    }

    /** Notes that a row is about to be taken out, and all behind it will move down. */
    void removing(int row) {
        if (row < from) {
            from--;
            to--;
        } else if (row < to) {
            remove(row);
            to--;
        }
    }

    /** How many different values rows {@code nextFrom} to {@code nextTo - 1} have. */
    int distinct(int nextFrom, int nextTo) {
        moveTo(nextFrom, nextTo);
        return counts.size();
    }

    /**
     * The value that comes at a rank when the values of rows {@code nextFrom} to {@code nextTo - 1}
     * are sorted by how often they are there, and at one frequency by their size.
     *
     * @param rank 1 for the most frequent one
     * @return NaN where there are not so many values
     */
    double mostFrequent(int rank, KeptNumber number, int nextFrom, int nextTo) {
        moveTo(nextFrom, nextTo);
        int place = 0;
        if (ranking != null) {
            for (Ranked ranked : ranking) {
                place++;
                if (place == rank) {
                    return number.fromOrdered(ranked.ordered);
                }
            }
        }
        return Double.NaN;
    }

    /**
     * Counts these rows and no others. What was forgotten since is still there to be taken away.
     */
    private void moveTo(int nextFrom, int nextTo) {
        while (from > nextFrom) {
            from--;
            add(from);
        }
        while (to < nextTo) {
            add(to);
            to++;
        }
        while (from < nextFrom) {
            remove(from);
            from++;
        }
        while (to > nextTo) {
            to--;
            remove(to);
        }
    }

    private void add(int row) {
        if (selection.counts(row)) {
            long ordered = KeptNumber.ordered(log, column, row);
            rank(counts.add(ordered), -1, ordered);
        }
    }

    private void remove(int row) {
        if (selection.counts(row)) {
            long ordered = KeptNumber.ordered(log, column, row);
            rank(counts.remove(ordered), 1, ordered);
        }
    }

    /** Moves a value from the rank that it had, when there were so many more of it. */
    private void rank(int count, int moreBefore, long ordered) {
        if (ranking != null) {
            ranking.remove(new Ranked(count + moreBefore, ordered));
            if (count > 0) {
                ranking.add(new Ranked(count, ordered));
            }
        }
    }
}
