package io.millrace.features;

import static io.millrace.features.FeatureRows.count;
import static io.millrace.features.FeatureRows.event;
import static io.millrace.features.FeatureRows.label;
import static io.millrace.features.FeatureRows.sum;
import static io.millrace.features.FeatureRows.window;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spec.ColumnSpec;
import io.millrace.spec.FeaturesSpec.Aggregate;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The labels of one event in numbers that a reader can check. Windows are 100 ms long. */
class LabelCorrectionsTest {
    private static final long ROW = 7;

    private final WindowSpec labels = count("customer", From.LABELS, 100);
    private final WindowSpec frauds = sum("customer", From.LABELS, 100);

    private EntityWindows step = step(labels, frauds);
    private EntityPast past = step.nothing();

    @Test
    void theNewestLabelOfAnEventCounts() {
        learn(10, true, 1L);
        learn(20, true, 2L);
        assertThat(say(20)).containsExactly(2, 2);
        learn(30, false, 1L);
        assertThat(say(30)).containsExactly(2, 1);
        learn(40, true, 1L);
        assertThat(say(40)).containsExactly(2, 2);
    }

    @Test
    void anEventBetweenALabelAndItsCorrectionSeesTheFirst() {
        learn(10, true, 1L);
        learn(30, false, 1L);
        assertThat(say(30)).containsExactly(1, 0);
        assertThat(say(29)).as("a late event").containsExactly(1, 1);
        assertThat(say(9)).containsExactly(0, 0);
        assertThat(say(31)).containsExactly(1, 0);
    }

    @Test
    void
            aWindowThatEndsBeforeTheCorrectionHasTheFirstAndOneThatBeginsBehindTheFirstTheCorrection() {
        var delayed = window("customer", From.LABELS, Aggregate.SUM, 100, 15, Double.NaN);
        step = step(labels, delayed);
        past = step.nothing();
        learn(10, true, 1L);
        learn(30, false, 1L);
        assertThat(say(44)).containsExactly(1, 1);
        assertThat(say(45)).containsExactly(1, 0);
        assertThat(say(120)).as("(20, 120]").containsExactly(1, 0);
        assertThat(say(130)).as("(30, 130]").containsExactly(0, 0);
    }

    @Test
    void aLabelThatComesAfterItsCorrectionCountsForWhatLiesBetween() {
        learn(30, false, 1L);
        learn(35, true, 2L);
        assertThat(say(40)).containsExactly(2, 1);
        learn(10, true, 1L);
        assertThat(say(40)).containsExactly(2, 1);
        assertThat(say(20)).containsExactly(1, 1);
        learn(20, false, 1L);
        assertThat(say(40)).containsExactly(2, 1);
        assertThat(say(20)).containsExactly(1, 0);
    }

    @Test
    void ofTwoLabelsOfOneInstantTheLaterOneCounts() {
        learn(10, true, 1L);
        learn(10, false, 1L);
        assertThat(say(10)).containsExactly(1, 0);
    }

    @Test
    void aRepeatedLabelCountsOnce() {
        learn(10, true, 1L);
        learn(10, true, 1L);
        learn(50, true, 1L);
        assertThat(say(60)).containsExactly(1, 1);
        assertThat(say(130)).as("it counts from when it was said last").containsExactly(1, 1);
    }

    @Test
    void aCorrectionThatDoesNotMeetTheConditionLeavesNothing() {
        var frauds =
                new WindowSpec(
                        "FRAUDS",
                        "customer",
                        From.LABELS,
                        Aggregate.COUNT,
                        null,
                        "fraud",
                        Duration.ofMillis(100),
                        Duration.ZERO,
                        labels.current(),
                        1,
                        WindowSpec.EXACT_TO,
                        0,
                        false);
        step = step(labels, frauds);
        past = step.nothing();
        learn(10, true, 1L);
        assertThat(say(10)).containsExactly(1, 1);
        learn(20, false, 1L);
        assertThat(say(20)).containsExactly(1, 0);
    }

    @Test
    void aLabelThatDoesNotSayOfWhichEventCorrectsNone() {
        learn(10, true, null);
        learn(20, false, null);
        assertThat(say(20)).containsExactly(2, 1);
    }

    @Test
    void labelsFromASavepointThatDidNotKeepTheirEventsCorrectNoneAndAreNotCorrected() {
        var written =
                new PastLayout(
                        List.of(
                                new PastLayout.LogLayout(
                                        "labels",
                                        List.of(new PastLayout.Column("fraud BOOLEAN", false)))));
        var old = written.nothing();
        old.log(0).insert(10, new long[] {1});
        past = step.recall(old);
        learn(20, false, 1L);
        learn(30, true, 1L);
        assertThat(say(30)).containsExactly(2, 2);
    }

    @Test
    void idsMayBeTexts() {
        List<ColumnSpec> columns =
                List.of(
                        new ColumnSpec("customer_id", new BigIntType(false)),
                        new ColumnSpec("fraud", new BooleanType(false)),
                        new ColumnSpec("order_id", new VarCharType(false, 100)));
        step =
                FeaturePlan.of(
                                new FeatureConfig(
                                        Order.ARRIVAL,
                                        0,
                                        Map.of("customer", List.of("customer_id")),
                                        columns,
                                        columns,
                                        "order_id",
                                        List.<FeatureSpec>of(labels, frauds)))
                        .steps()
                        .get(0)
                        .windows();
        past = step.nothing();
        step.learnLabel(past, 10, GenericRowData.of(1L, true, StringData.fromString("a-1")));
        step.learnLabel(past, 11, GenericRowData.of(1L, true, StringData.fromString("a-2")));
        step.learnLabel(past, 12, GenericRowData.of(1L, false, StringData.fromString("a-1")));
        assertThat(say(12)).containsExactly(2, 1);
    }

    @Test
    void whatWasCorrectedAndForgottenIsNotHeldAnyMore() {
        for (long time = 1; time <= 10_000; time++) {
            learn(time, time % 2 == 0, time / 2);
            say(time);
            step.forget(past, time);
        }
        assertThat(past.log(0).size()).isEqualTo(100);
        assertThat(past.heapBytes()).isLessThan(30_000);
        assertThat(say(10_000)).containsExactly(51, 1);
        for (long time = 10_001; time <= 10_200; time++) {
            learn(time, true, time);
            step.forget(past, time);
            assertThat(say(time)[0]).isBetween(51.0, 100.0);
        }
        assertThat(past.heapBytes()).as("no correction is left").isLessThan(15_000);
    }

    private void learn(long timeMillis, boolean fraud, @Nullable Long labelled) {
        var row = label(ROW, timeMillis, 1, 1, fraud, labelled).row();
        step.learnLabel(past, timeMillis, row);
    }

    private double[] say(long timeMillis) {
        double[] vector = new double[2];
        step.learnEvent(past, timeMillis, event(ROW, timeMillis, 1, 1, "1.00").row());
        assertThat(step.answer(past, timeMillis, vector)).isNull();
        return vector;
    }

    private static EntityWindows step(FeatureSpec... vector) {
        var config = FeatureRows.config(Order.ARRIVAL, Duration.ZERO, vector);
        return FeaturePlan.of(config).steps().get(0).windows();
    }
}
