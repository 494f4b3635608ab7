package io.millrace.features;

import static io.millrace.features.FeatureRows.event;
import static io.millrace.features.FeatureRows.label;
import static io.millrace.features.FeatureRows.window;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Event;
import io.millrace.spec.FeaturesSpec.Aggregate;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** The windows of one entity against a reference that keeps every row and looks at each. */
class EntityWindowsProperties {

    /** A row of the entity, in the order of arrival. */
    record Row(boolean isLabel, long timeMillis, long value) {

        Event toEvent() {
            return isLabel
                    ? label(0, timeMillis, 1, 1, value % 2 == 0)
                    : event(0, timeMillis, 1, 1, BigDecimal.valueOf(value, 2).toPlainString());
        }

        long kept() {
            return isLabel ? (value % 2 == 0 ? 1 : 0) : value;
        }
    }

    @Property
    void everyWindowSaysWhatTheRowsInItSay(
            @ForAll("windows") @Size(min = 1, max = 8) List<WindowSpec> windows,
            @ForAll("rows") @Size(max = 60) List<Row> rows,
            @ForAll @LongRange(min = 0, max = 15) long allowedLatenessMillis) {
        var plan =
                FeaturePlan.of(
                        FeatureRows.config(
                                Order.ARRIVAL,
                                Duration.ofMillis(allowedLatenessMillis),
                                windows.toArray(FeatureSpec[]::new)));
        var step = plan.steps().get(0).windows();
        var past = step.nothing();
        var learnt = new ArrayList<Row>();
        long watermarkMillis = Long.MIN_VALUE;
        for (Row row : rows) {
            if (plan.lateness().isTooLate(row.isLabel, row.timeMillis, watermarkMillis)) {
                continue;
            }
            learnt.add(row);
            long horizonMillis = plan.lateness().horizonMillis(row.timeMillis, watermarkMillis);
            if (row.isLabel) {
                step.learnLabel(past, row.timeMillis, row.toEvent().row());
                step.forget(past, horizonMillis);
            } else {
                step.learnEvent(past, row.timeMillis, row.toEvent().row());
                step.forget(past, horizonMillis);
                var vector = new double[windows.size()];
                assertThat(step.answer(past, row.timeMillis, vector)).isNull();
                assertThat(vector).isEqualTo(literally(windows, learnt, row.timeMillis));
            }
            watermarkMillis = Math.max(watermarkMillis, row.timeMillis - 1);
            if (plan.lateness().watermarkOf(step.spentAtMillis(past)) <= watermarkMillis) {
                past = step.nothing();
            }
        }
    }

    /** (t - delay - window, t - delay], row by row. */
    private static double[] literally(List<WindowSpec> windows, List<Row> rows, long timeMillis) {
        var vector = new double[windows.size()];
        for (int slot = 0; slot < vector.length; slot++) {
            var window = windows.get(slot);
            long right = timeMillis - window.delay().toMillis();
            long left = right - window.window().toMillis();
            long sum = 0;
            int count = 0;
            for (Row row : rows) {
                boolean isOfStream = row.isLabel == (window.from() == From.LABELS);
                if (isOfStream && row.timeMillis > left && row.timeMillis <= right) {
                    sum += row.kept();
                    count++;
                }
            }
            double units = window.from() == From.EVENTS ? sum / 100.0 : sum;
            vector[slot] =
                    switch (window.aggregate()) {
                        case COUNT -> count;
                        case SUM -> units;
                        case AVG -> count == 0 ? window.missing() : units / count;
                    };
        }
        return vector;
    }

    @Provide
    Arbitrary<List<Row>> rows() {
        // Few instants, so that ties and rows on the very edges of windows are common.
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.longs().between(-40, 40),
                        Arbitraries.longs().between(-100_000, 100_000))
                .as(Row::new)
                .list();
    }

    @Provide
    Arbitrary<List<WindowSpec>> windows() {
        return Combinators.combine(
                        Arbitraries.of(From.class),
                        Arbitraries.of(Aggregate.class),
                        Arbitraries.longs().between(1, 30),
                        Arbitraries.longs().between(0, 10),
                        Arbitraries.of(Double.NaN, 0.0, -1.0))
                .as(
                        (from, aggregate, windowMillis, delayMillis, missing) ->
                                window(
                                        "customer",
                                        from,
                                        aggregate,
                                        windowMillis,
                                        delayMillis,
                                        missing))
                .list();
    }
}
