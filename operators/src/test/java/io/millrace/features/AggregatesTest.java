package io.millrace.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.features.LiteralWindows.Row;
import io.millrace.spec.ExpressionException;
import io.millrace.spec.FeaturesSpec.Aggregate;
import io.millrace.spec.FeaturesSpec.Current;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each aggregate in numbers that a reader can check. Windows are 10 s long. */
class AggregatesTest {
    private static final Duration WINDOW = Duration.ofSeconds(10);

    /** 4.00, 8.00 and 2.00, at 1, 4 and 9 s; then 6.00 at 12 s, whose window begins after 2 s. */
    private static final List<Row> AMOUNTS =
            List.of(at(1, "4.00"), at(4, "8.00"), at(9, "2.00"), at(12, "6.00"));

    @Test
    void countSumAndAverage() {
        assertThat(say(of(Aggregate.COUNT, null), AMOUNTS)).containsExactly(1, 2, 3, 3);
        assertThat(say(of(Aggregate.SUM, "amount"), AMOUNTS)).containsExactly(4, 12, 14, 16);
        assertThat(say(of(Aggregate.AVG, "amount"), AMOUNTS))
                .containsExactly(4, 6, 14 / 3.0, 16 / 3.0);
    }

    @Test
    void smallestAndLargest() {
        assertThat(say(of(Aggregate.MIN, "amount"), AMOUNTS)).containsExactly(4, 4, 2, 2);
        assertThat(say(of(Aggregate.MAX, "amount"), AMOUNTS)).containsExactly(4, 8, 8, 8);
    }

    @Test
    void theDeviationIsTheSamplesAndNeedsTwoValues() {
        // 4 and 8: mean 6, squares 4 + 4, divided by 1. 8, 2 and 6: 168/9, divided by 2.
        var deviations = say(of(Aggregate.STDDEV, "amount"), AMOUNTS);
        assertThat(deviations[0]).isNaN();
        assertThat(deviations[1]).isEqualTo(Math.sqrt(8));
        assertThat(deviations[3]).isEqualTo(Math.sqrt(28 / 3.0));
    }

    @Test
    void theDeviationOfLargeAndNearlyEqualValuesDoesNotCancel() {
        var rows = List.of(speed(1, 1e15 + 1), speed(2, 1e15 + 2), speed(3, 1e15 + 3));
        assertThat(say(of(Aggregate.STDDEV, "speed"), rows)[2]).isEqualTo(1);
    }

    @Test
    void oldestAndNewest() {
        assertThat(say(of(Aggregate.FIRST, "amount"), AMOUNTS)).containsExactly(4, 4, 4, 8);
        assertThat(say(of(Aggregate.LAST, "amount"), AMOUNTS)).containsExactly(4, 8, 2, 6);
        assertThat(say(excluding(Aggregate.LAST, "amount"), AMOUNTS))
                .containsExactly(Double.NaN, 4, 8, 2);
    }

    @Test
    void differentValues() {
        var rows =
                List.of(via(1, "web"), via(2, "app"), via(3, "web"), via(4, null), via(12, "pos"));
        assertThat(say(of(Aggregate.DISTINCT, "channel"), rows)).containsExactly(1, 2, 2, 2, 2);
    }

    @Test
    void theMostFrequentValueIsTheSmallestOfSeveral() {
        var rows = List.of(items(1, 3), items(2, 2), items(3, 2), items(4, 3), items(12, 5));
        assertThat(say(of(Aggregate.MOST_FREQUENT, "items"), rows)).containsExactly(3, 2, 2, 2, 2);
        assertThat(say(ranked(Aggregate.MOST_FREQUENT, "items", 2), rows))
                .containsExactly(Double.NaN, 3, 3, 3, 3);
    }

    @Test
    void howMuchOfTheWindowTheMostFrequentValueIs() {
        var rows =
                List.of(via(1, "web"), via(2, "app"), via(3, "web"), via(4, null), via(12, "pos"));
        assertThat(say(of(Aggregate.MOST_FREQUENT_SHARE, "channel"), rows))
                .containsExactly(1, 1 / 2.0, 2 / 3.0, 2 / 3.0, 1 / 2.0);
        assertThat(say(ranked(Aggregate.MOST_FREQUENT_SHARE, "channel", 2), rows))
                .containsExactly(Double.NaN, 1 / 2.0, 1 / 3.0, 1 / 3.0, 1 / 2.0);
    }

    @Test
    void howUsualTheEventsOwnValueIs() {
        var rows =
                List.of(via(1, "web"), via(2, "app"), via(3, "web"), via(4, null), via(12, "app"));
        assertThat(say(of(Aggregate.SHARE_OF_CURRENT, "channel"), rows))
                .containsExactly(1, 1 / 2.0, 2 / 3.0, Double.NaN, 1 / 2.0);
        assertThat(say(excluding(Aggregate.SHARE_OF_CURRENT, "channel"), rows))
                .containsExactly(Double.NaN, 0, 1 / 2.0, Double.NaN, 0);
        assertThat(
                        say(
                                where(Aggregate.SHARE_OF_CURRENT, "items", "items > 2"),
                                List.of(items(1, 3), items(2, 2), items(3, 3))))
                .as("the condition chooses what the event is compared with")
                .containsExactly(1, 0, 1);
    }

    @Test
    void secondsSinceTheLastRow() {
        assertThat(say(of(Aggregate.TIME_SINCE_LAST, null), AMOUNTS))
                .containsExactly(Double.NaN, 3, 5, 3);
        assertThat(say(where(Aggregate.TIME_SINCE_LAST, null, "amount > 3.0"), AMOUNTS))
                .containsExactly(Double.NaN, 3, 5, 8);
    }

    @Test
    void theEventComparedWithItsWindow() {
        // 8 to the mean of 4 and 8; without itself, to 4.
        assertThat(say(of(Aggregate.RATIO, "amount"), AMOUNTS)[1]).isEqualTo(8 / 6.0);
        assertThat(say(excluding(Aggregate.RATIO, "amount"), AMOUNTS)[1]).isEqualTo(2);
        // 2 after 4 and 8, whose mean is 6 and whose deviation is the root of 8.
        assertThat(say(excluding(Aggregate.Z_SCORE, "amount"), AMOUNTS)[2])
                .isEqualTo(-4 / Math.sqrt(8));
        assertThat(say(of(Aggregate.Z_SCORE, "amount"), List.of(at(1, "4.00"), at(2, "4.00"))))
                .as("a window without deviation")
                .containsExactly(Double.NaN, Double.NaN);
    }

    @Test
    void onlyRowsThatMeetTheConditionCount() {
        assertThat(say(where(Aggregate.COUNT, null, "amount > 3.0"), AMOUNTS))
                .containsExactly(1, 2, 2, 2);
        assertThat(say(where(Aggregate.SUM, "amount", "amount > 3.0"), AMOUNTS))
                .containsExactly(4, 12, 12, 14);
        assertThat(say(where(Aggregate.COUNT, null, "amount > 3.0"), List.of(at(1, null))))
                .as("a condition on a null is not met")
                .containsExactly(0);
    }

    @Test
    void aNullCountsForNothing() {
        var rows = List.of(at(1, null), at(2, "3.00"), at(3, null));
        assertThat(say(of(Aggregate.AVG, "amount"), rows)).containsExactly(Double.NaN, 3, 3);
        assertThat(say(of(Aggregate.MIN, "amount"), rows)).containsExactly(Double.NaN, 3, 3);
        assertThat(say(of(Aggregate.LAST, "amount"), rows)).containsExactly(Double.NaN, 3, 3);
        assertThat(say(of(Aggregate.COUNT, null), rows)).containsExactly(1, 2, 3);
        assertThat(say(of(Aggregate.RATIO, "amount"), rows))
                .containsExactly(Double.NaN, 1, Double.NaN);
    }

    @Test
    void anExpressionIsAggregatedLikeAColumn() {
        assertThat(say(of(Aggregate.MAX, "amount * 2.0"), AMOUNTS)).containsExactly(8, 16, 16, 16);
        assertThat(say(of(Aggregate.AVG, "amount > 3.0"), AMOUNTS))
                .containsExactly(1, 1, 2 / 3.0, 2 / 3.0);
    }

    @Test
    void notANumberIsLikeANull() {
        var rows = List.of(speed(1, Double.NaN), speed(2, 1.5));
        assertThat(say(of(Aggregate.SUM, "speed"), rows)).containsExactly(0, 1.5);
        assertThat(say(of(Aggregate.AVG, "speed"), rows)).containsExactly(Double.NaN, 1.5);
    }

    @Test
    void anInfinityIsRefusedAndLeavesNoTrace() {
        var step = step(of(Aggregate.SUM, "speed"));
        var past = step.nothing();
        var row = speed(1, Double.POSITIVE_INFINITY).toEvent(0).row();
        assertThatThrownBy(() -> step.learnEvent(past, 1, row))
                .isInstanceOf(ExpressionException.class)
                .hasMessage("`speed` is Infinity; it must be finite");
        assertThat(past.isEmpty()).isTrue();
    }

    @Test
    void aSumBeyondAllDoublesIsRefused() {
        var step = step(of(Aggregate.SUM, "speed"));
        var past = step.nothing();
        step.learnEvent(past, 1, speed(1, 1.5e308).toEvent(0).row());
        step.learnEvent(past, 2, speed(2, 1.5e308).toEvent(1).row());
        assertThat(step.answer(past, 2, new double[1]))
                .isEqualTo("SUM is Infinity; it must be finite");
    }

    @Test
    void aRatioToNextToNothingIsRefused() {
        var step = step(excluding(Aggregate.RATIO, "speed"));
        var past = step.nothing();
        step.learnEvent(past, 1, speed(1, 3e-310).toEvent(0).row());
        step.learnEvent(past, 2, speed(2, -1e20).toEvent(1).row());
        assertThat(step.answer(past, 2, new double[1]))
                .isEqualTo("RATIO is -Infinity; it must be finite");
    }

    @Test
    void aSumIsRoundedOnceWhateverCameBefore() {
        // 0.1 + 0.2 + 0.3 in floating point is 0.6000000000000001, and 1e16 would swallow the rest.
        var rows = List.of(speed(1, 1e16), speed(12, 0.1), speed(13, 0.2), speed(14, 0.3));
        assertThat(say(of(Aggregate.SUM, "speed"), rows)).endsWith(0.6);
    }

    /** What a window says of each of these rows in turn. */
    private static double[] say(WindowSpec window, List<Row> rows) {
        var step = step(window);
        var past = step.nothing();
        var said = new ArrayList<Double>();
        for (int i = 0; i < rows.size(); i++) {
            long timeMillis = rows.get(i).timeMillis();
            step.learnEvent(past, timeMillis, rows.get(i).toEvent(i).row());
            double[] vector = new double[1];
            assertThat(step.answer(past, timeMillis, vector)).isNull();
            said.add(vector[0]);
        }
        return said.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static EntityWindows step(WindowSpec window) {
        var config =
                new FeatureConfig(
                        Order.ARRIVAL,
                        0,
                        Map.of("customer", List.of("customer_id")),
                        LiteralWindows.COLUMNS,
                        List.of(),
                        null,
                        List.<FeatureSpec>of(window));
        return FeaturePlan.of(config).steps().get(0).windows();
    }

    private static WindowSpec of(Aggregate aggregate, @Nullable String of) {
        return window(aggregate, of, null, Current.INCLUDE, 1);
    }

    private static WindowSpec excluding(Aggregate aggregate, String of) {
        return window(aggregate, of, null, Current.EXCLUDE, 1);
    }

    private static WindowSpec where(Aggregate aggregate, @Nullable String of, String where) {
        return window(aggregate, of, where, Current.INCLUDE, 1);
    }

    private static WindowSpec ranked(Aggregate aggregate, String of, int rank) {
        return window(aggregate, of, null, Current.INCLUDE, rank);
    }

    private static WindowSpec window(
            Aggregate aggregate,
            @Nullable String of,
            @Nullable String where,
            Current current,
            int rank) {
        return new WindowSpec(
                aggregate.name(),
                "customer",
                From.EVENTS,
                aggregate,
                of,
                where,
                WINDOW,
                Duration.ZERO,
                current,
                rank,
                WindowSpec.EXACT_TO,
                aggregate.isZeroWhenEmpty() ? 0 : Double.NaN,
                false);
    }

    private static Row at(int second, @Nullable String amount) {
        var decimal = amount == null ? null : new BigDecimal(amount);
        return new Row(false, 1, second * 1000L, decimal, null, 0, null, null, null);
    }

    private static Row speed(int second, double speed) {
        return new Row(false, 1, second * 1000L, null, speed, 0, null, null, null);
    }

    private static Row items(int second, int items) {
        return new Row(false, 1, second * 1000L, null, null, items, null, null, null);
    }

    private static Row via(int second, @Nullable String channel) {
        return new Row(false, 1, second * 1000L, null, null, 0, channel, null, null);
    }
}
