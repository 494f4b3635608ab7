package io.millrace.features;

import java.io.Serializable;
import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How often each value of a column is there in one window of a log. */
final class ValueCounts extends WindowValues {

    /**
     * What is counted.
     *
     * @param isRanked whether the most frequent values are asked for
     */
    record Plan(Followed followed, boolean isRanked) implements Serializable {}

    /** A value, as it sorts, and how often it is there. */
    private record Ranked(int count, long ordered) {
        static final Comparator<Ranked> MOST_FREQUENT_FIRST =
                Comparator.comparingInt(Ranked::count)
                        .reversed()
                        .thenComparingLong(Ranked::ordered);
    }

    /** What a value in a ranking takes, with its node. */
    private static final long RANKED_BYTES = 64;

    private final LongCounts counts = new LongCounts();
    private final @Nullable TreeSet<Ranked> ranking;

    ValueCounts(Plan plan, RowLog log, Selection selection) {
        super(plan.followed, log, selection);
        this.ranking = plan.isRanked ? new TreeSet<>(Ranked.MOST_FREQUENT_FIRST) : null;
    }

    @Override
    long heapBytes() {
        return counts.heapBytes() + (ranking == null ? 0 : ranking.size() * RANKED_BYTES);
    }

    /** How often a value is there among rows {@code from} to {@code to - 1}. */
    int count(long ordered, int from, int to) {
        moveTo(from, to);
        return counts.count(ordered);
    }

    /**
     * The value that comes at a rank when the values of rows {@code from} to {@code to - 1} are
     * sorted by how often they are there, and at one frequency by their size.
     *
     * @param rank 1 for the most frequent one
     * @return NaN where there are not so many values
     */
    double mostFrequent(int rank, KeptNumber number, int from, int to) {
        var ranked = ranked(rank, from, to);
        return ranked == null ? Double.NaN : number.fromOrdered(ranked.ordered);
    }

    /** How often that value is there; 0 where there are not so many values. */
    int countAt(int rank, int from, int to) {
        var ranked = ranked(rank, from, to);
        return ranked == null ? 0 : ranked.count;
    }

    private @Nullable Ranked ranked(int rank, int from, int to) {
        moveTo(from, to);
        int place = 0;
        if (ranking != null) {
            for (Ranked ranked : ranking) {
                place++;
                if (place == rank) {
                    return ranked;
                }
            }
        }
        return null;
    }

    @Override
    void add(long ordered) {
        rank(counts.add(ordered), -1, ordered);
    }

    @Override
    void remove(long ordered) {
        rank(counts.remove(ordered), 1, ordered);
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
