package io.millrace.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
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
        var exact =
                inside.stream()
                        .map(row -> BigInteger.valueOf(row.exact))
                        .reduce(BigInteger.ZERO, BigInteger::add);
        boolean fits = exact.bitLength() < Long.SIZE;
        assertThat(log.sumFits(0, from, to)).isEqualTo(fits);
        assertThat(log.sum(0, from, to)).isEqualTo(exact.longValue());
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
        assertThat(forgetful.sumFits(0, from, to))
                .isEqualTo(faithful.sumFits(0, faithfulFrom, faithfulTo));
        assertThat(forgetful.sum(0, from, to)).isEqualTo(faithful.sum(0, faithfulFrom, faithfulTo));
        assertThat(forgetful.floatingSum(1, from, to))
                .isEqualTo(faithful.floatingSum(1, faithfulFrom, faithfulTo));
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

    @Property
    void aFloatingSumIsWithinOneUnitInTheLastPlace(@ForAll("rows") @Size(max = 60) List<Row> rows) {
        var log = logOf(rows);
        double sum =
                rows.stream()
                        .map(row -> new BigDecimal(row.floating))
                        .reduce(BigDecimal.ZERO, (a, b) -> a.add(b, MathContext.UNLIMITED))
                        .doubleValue();
        assertThat(Math.abs(log.floatingSum(1, log.first(), log.end()) - sum))
                .isLessThanOrEqualTo(Math.ulp(sum));
    }

    @Provide
    Arbitrary<List<Row>> rows() {
        var times = Arbitraries.longs().between(-50, 50);
        var small = Arbitraries.longs().between(-1000, 1000);
        var any = Arbitraries.longs();
        var floating = Arbitraries.doubles().between(0, 1e9).ofScale(6);
        return Combinators.combine(times, Arbitraries.oneOf(small, any), floating)
                .as(Row::new)
                .list();
    }

    private static RowLog logOf(List<Row> rows) {
        var log = new RowLog(new boolean[] {false, true});
        rows.forEach(row -> insert(row, log));
        return log;
    }

    private static void insert(Row row, RowLog log) {
        log.insert(
                row.timeMillis, new long[] {row.exact, Double.doubleToRawLongBits(row.floating)});
    }

    private static List<Row> contents(RowLog log) {
        var rows = new ArrayList<Row>();
        for (int row = log.first(); row < log.end(); row++) {
            rows.add(
                    new Row(
                            log.timeMillis(row),
                            log.value(row, 0),
                            Double.longBitsToDouble(log.value(row, 1))));
        }
        return rows;
    }
}
