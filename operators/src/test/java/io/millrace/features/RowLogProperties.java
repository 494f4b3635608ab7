package io.millrace.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class RowLogProperties {
    private static final int EXACT = 0;
    private static final int FLOATING = 1;

    private static final WindowValues.Followed VALUES =
            new WindowValues.Followed(EXACT, 0, 1, 0, false);

    /** Every row counts; the sums of both columns, the largest and the counts of one. */
    private static final IndexPlan PLAN =
            new IndexPlan(
                    List.of(new Selection.Plan(Selection.NONE, List.of())),
                    List.of(
                            new RunningTotals.Plan(EXACT, 0, 1, 0),
                            new RunningTotals.Plan(FLOATING, 0, 1, 0)),
                    List.of(new RangeExtremes.Plan(EXACT, true, 0)),
                    List.of(new ValueCounts.Plan(VALUES, true)),
                    List.of(new DistinctValues.Plan(VALUES, 4)),
                    Selection.NONE);

    record Row(long timeMillis, long exact, double floating) {}

    @Property
    void aLogSaysWhatItsRowsSayOneByOne(
            @ForAll("rows") @Size(max = 60) List<Row> rows,
            @ForAll @LongRange(min = -60, max = 60) long left,
            @ForAll @IntRange(min = 0, max = 60) int length) {
        var log = logOf(rows);
        var sorted = new ArrayList<>(rows);
        sorted.sort(Comparator.comparingLong(Row::timeMillis));
        assertThat(contents(log)).isEqualTo(sorted);

        int from = log.after(left);
        int to = log.after(left + length);
        var inside =
                rows.stream()
                        .filter(row -> row.timeMillis > left && row.timeMillis <= left + length)
                        .toList();
        assertThat(to - from).isEqualTo(inside.size());
        assertThat(sum(log, EXACT, from, to)).isEqualTo(exactSum(inside));
        assertThat(sum(log, FLOATING, from, to)).isEqualTo(floatingSum(inside));
    }

    @Property
    void forgettingChangesNothingThatIsNewer(
            @ForAll("rows") @Size(max = 60) List<Row> rows,
            @ForAll("rows") @Size(max = 60) List<Row> later,
            @ForAll @LongRange(min = -60, max = 60) long forgotten,
            @ForAll @IntRange(min = 0, max = 60) int length) {
        var forgetful = logOf(rows);
        var faithful = logOf(rows);
        forgetful.forgetUntil(forgotten);
        for (Row row : later) {
            insert(row, forgetful);
            insert(row, faithful);
        }
        forgetful.forgetUntil(forgotten);

        int from = forgetful.after(forgotten);
        int to = forgetful.after(forgotten + length);
        int faithfulFrom = faithful.after(forgotten);
        int faithfulTo = faithful.after(forgotten + length);
        assertThat(forgetful.first()).isEqualTo(from);
        assertThat(to - from).isEqualTo(faithfulTo - faithfulFrom);
        for (int column : new int[] {EXACT, FLOATING}) {
            assertThat(sum(forgetful, column, from, to))
                    .isEqualTo(sum(faithful, column, faithfulFrom, faithfulTo));
        }
    }

    @Property
    void aRowThatIsTakenOutHasNeverBeen(
            @ForAll("rows") @Size(min = 1, max = 60) List<Row> rows,
            @ForAll("rows") @Size(max = 60) List<Row> later,
            @ForAll @IntRange(max = 59) int taken,
            @ForAll @LongRange(min = -60, max = 60) long left,
            @ForAll @IntRange(min = 0, max = 60) int length) {
        var log = logOf(rows);
        saysOf(log, left, left + length);
        int row = log.first() + taken % rows.size();
        var rest = contents(log);
        rest.remove(taken % rows.size());
        log.remove(row);
        assertThat(saysOf(log, left, left + length))
                .isEqualTo(saysOf(logOf(rest), left, left + length));

        rest.addAll(later);
        later.forEach(next -> insert(next, log));
        var never = logOf(rest);
        assertThat(contents(log)).isEqualTo(contents(never));
        assertThat(saysOf(log, left, left + length)).isEqualTo(saysOf(never, left, left + length));
    }

    @Property
    void aCopyIsEqualAndApart(
            @ForAll("rows") @Size(max = 20) List<Row> rows, @ForAll("rows") List<Row> later) {
        var log = logOf(rows);
        log.forgetUntil(-10);
        var before = contents(log);
        var copy = log.copy();
        assertThat(contents(copy)).isEqualTo(before);
        later.forEach(row -> insert(row, copy));
        copy.forgetUntil(0);
        assertThat(contents(log)).isEqualTo(before);
    }

    @Provide
    Arbitrary<List<Row>> rows() {
        var times = Arbitraries.longs().between(-50, 50);
        var small = Arbitraries.longs().between(-1000, 1000);
        var any = Arbitraries.longs();
        var everyday = Arbitraries.doubles().between(0, 1e9).ofScale(6);
        var anyFinite = Arbitraries.longs().map(Double::longBitsToDouble).filter(Double::isFinite);
        return Combinators.combine(
                        times,
                        Arbitraries.oneOf(small, any),
                        Arbitraries.frequencyOf(
                                net.jqwik.api.Tuple.of(20, everyday),
                                net.jqwik.api.Tuple.of(1, anyFinite)))
                .as(Row::new)
                .list();
    }

    private static double exactSum(List<Row> rows) {
        return rows.stream()
                .map(row -> BigDecimal.valueOf(row.exact))
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .doubleValue();
    }

    private static double floatingSum(List<Row> rows) {
        return rows.stream()
                .map(row -> new BigDecimal(row.floating))
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .doubleValue();
    }

    /** What all indexes say of the rows after one time and until another. */
    private static List<Double> saysOf(RowLog log, long left, long right) {
        int from = log.after(left);
        int to = log.after(right);
        var indexes = log.indexes(PLAN);
        var number = new KeptNumber(EXACT, false, 0, 0);
        return List.of(
                sum(log, EXACT, from, to),
                sum(log, FLOATING, from, to),
                from == to ? 0.0 : indexes.extremes(0).ordered(from, to),
                indexes.distinct(0).distinct(from, to),
                indexes.counts(0).mostFrequent(1, number, from, to));
    }

    private static double sum(RowLog log, int column, int from, int to) {
        return log.indexes(PLAN).totals(column).sum(from, to);
    }

    private static RowLog logOf(List<Row> rows) {
        var log = new RowLog(new boolean[] {false, true});
        rows.forEach(row -> insert(row, log));
        return log;
    }

    /** Asks after each row, so that every sum is of totals that have grown with the rows. */
    private static void insert(Row row, RowLog log) {
        log.insert(
                row.timeMillis, new long[] {row.exact, Double.doubleToRawLongBits(row.floating)});
        sum(log, EXACT, log.first(), log.end());
        sum(log, FLOATING, log.first(), log.end());
    }

    private static List<Row> contents(RowLog log) {
        var rows = new ArrayList<Row>();
        for (int row = log.first(); row < log.end(); row++) {
            rows.add(
                    new Row(
                            log.timeMillis(row),
                            log.value(row, EXACT),
                            Double.longBitsToDouble(log.value(row, FLOATING))));
        }
        return rows;
    }
}
