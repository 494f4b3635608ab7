package io.millrace.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Different values in a moving window against the set of them. */
class DistinctValuesProperties {
    private static final int SEEDS = 400;

    /** What the class and the documents say: 1.04 divided by the root of the bound. */
    private static final double STATED = 1.04;

    private record Question(int from, int to) {}

    @Property
    void whateverWasAskedBeforeTheAnswerIsOfTheValuesInTheWindow(
            @ForAll @Size(max = 300) List<@LongRange(min = 0, max = 400) Long> values,
            @ForAll List<@IntRange(max = 300) Integer> edges,
            @ForAll @IntRange(min = 1, max = 60) int exactTo,
            @ForAll Random random) {
        var log = log(values.size());
        var following = distinct(log, exactTo);
        for (long value : values) {
            // In any order of arrival.
            int before = log.end();
            long timeMillis = random.nextInt(100);
            int row = log.after(timeMillis);
            log.insert(timeMillis, new long[] {value});
            if (row < before) {
                following.inserted(row);
            }
            if (random.nextInt(10) == 0) {
                assertSays(log, following, new Question(log.first(), log.end()), exactTo);
            }
        }
        for (int i = 0; i + 1 < edges.size(); i++) {
            int from = Math.min(edges.get(i), log.end());
            int to = Math.max(from, Math.min(edges.get(i + 1), log.end()));
            assertSays(log, following, new Question(from, to), exactTo);
        }
    }

    private static void assertSays(
            RowLog log, DistinctValues following, Question window, int exactTo) {
        double says = following.distinct(window.from, window.to);
        assertThat(says).isEqualTo(literally(log, window, exactTo));
        assertThat(says)
                .as("as after a restore")
                .isEqualTo(distinct(log, exactTo).distinct(window.from, window.to));
    }

    /** By the definition: the first threshold that no more of the values are below. */
    private static double literally(RowLog log, Question window, int exactTo) {
        Set<Long> values =
                IntStream.range(window.from, window.to)
                        .mapToObj(row -> log.value(row, 0))
                        .collect(Collectors.toSet());
        for (int power = 1; ; power++) {
            for (int sixteenths = 16; sixteenths > 0; sixteenths--) {
                double threshold = (16 + sixteenths) * Math.pow(2, -power - 4);
                long below = values.stream().filter(value -> fraction(value) < threshold).count();
                if (below <= exactTo) {
                    return Math.rint(below / threshold);
                }
            }
        }
    }

    private static double fraction(long value) {
        return (TextHash.mixed(value) >>> 11) * 0x1p-53;
    }

    @Test
    void upToTheBoundEveryValueCounts() {
        for (int values = 1; values <= 1_000; values++) {
            assertThat(estimate(7, values, 1_000)).isEqualTo(values);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_001, 1_200, 1_600, 3_000, 20_000, 100_000})
    void beyondItTheErrorIsTheStatedOne(int values) {
        double[] errors =
                IntStream.range(0, SEEDS)
                        .mapToDouble(seed -> estimate(seed, values, 1_000) / values - 1)
                        .toArray();
        double stated = STATED / Math.sqrt(1_000);
        double mean = IntStream.range(0, SEEDS).mapToDouble(i -> errors[i]).average().orElse(1);
        double variance =
                IntStream.range(0, SEEDS).mapToDouble(i -> errors[i] * errors[i]).sum() / SEEDS;
        long within =
                IntStream.range(0, SEEDS).filter(i -> Math.abs(errors[i]) <= 2 * stated).count();
        // The root of 400 squares is itself off by 1 / sqrt(800), a mean by 1 / sqrt(400).
        assertThat(Math.sqrt(variance)).isLessThan(stated * (1 + 4 / Math.sqrt(2 * SEEDS)));
        assertThat(Math.abs(mean)).isLessThan(4 * stated / Math.sqrt(SEEDS));
        assertThat(within).isGreaterThan((long) (0.93 * SEEDS));
    }

    @Test
    void noMoreIsHeldThanTheBoundAsksFor() {
        int exactTo = 10_000;
        int rows = 600_000;
        var log = log(rows);
        var following = distinct(log, exactTo);
        for (int row = 0; row < rows; row++) {
            log.insert(row, new long[] {row});
            following.distinct(Math.max(0, row - 300_000), row + 1);
        }
        assertThat(following.heapBytes()).isLessThan(50L * exactTo);
    }

    private static double estimate(long seed, int values, int exactTo) {
        var log = log(values);
        LongStream.range(0, values)
                .forEach(value -> log.insert(0, new long[] {seed * 1_000_000 + value}));
        return distinct(log, exactTo).distinct(0, values);
    }

    private static RowLog log(int rows) {
        return new RowLog(new boolean[] {false}, rows);
    }

    private static DistinctValues distinct(RowLog log, int exactTo) {
        var followed = new WindowValues.Followed(0, 0, 1, 0, false);
        return new DistinctValues(
                new DistinctValues.Plan(followed, exactTo),
                log,
                new Selection(new Selection.Plan(Selection.NONE, List.of()), log));
    }
}
