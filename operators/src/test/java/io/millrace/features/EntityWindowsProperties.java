package io.millrace.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.features.LiteralWindows.Row;
import io.millrace.spec.FeaturesSpec.Aggregate;
import io.millrace.spec.FeaturesSpec.Current;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** The windows of one entity against a reference that keeps every row and looks at each. */
class EntityWindowsProperties {

    @Property
    void everyWindowSaysWhatTheRowsInItSay(
            @ForAll("windows") @Size(min = 1, max = 8) List<WindowSpec> windows,
            @ForAll("rows") @Size(max = 80) List<Row> rows,
            @ForAll @LongRange(min = 0, max = 15) long allowedLatenessMillis,
            @ForAll("rarely") List<Boolean> restores)
            throws IOException {
        var plan = plan(windows, allowedLatenessMillis);
        var step = plan.steps().get(0).windows();
        var past = step.nothing();
        var learnt = new ArrayList<Row>();
        long watermarkMillis = Long.MIN_VALUE;
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            if (plan.lateness().isTooLate(row.isLabel(), row.timeMillis(), watermarkMillis)) {
                continue;
            }
            learnt.add(row);
            long horizonMillis = plan.lateness().horizonMillis(row.timeMillis(), watermarkMillis);
            if (row.isLabel()) {
                step.learnLabel(past, row.timeMillis(), row.toEvent(i).row());
                step.forget(past, horizonMillis);
            } else {
                step.learnEvent(past, row.timeMillis(), row.toEvent(i).row());
                step.forget(past, horizonMillis);
                assertAnswers(step, past, windows, learnt);
            }
            watermarkMillis = Math.max(watermarkMillis, row.timeMillis() - 1);
            if (plan.lateness().watermarkOf(step.spentAtMillis(past)) <= watermarkMillis) {
                past = step.nothing();
            }
            if (restores.get(i)) {
                past = restored(past, step.layout());
            }
        }
    }

    private static FeaturePlan plan(List<WindowSpec> windows, long allowedLatenessMillis) {
        return FeaturePlan.of(
                new FeatureConfig(
                        Order.ARRIVAL,
                        allowedLatenessMillis,
                        Map.of("customer", List.of("customer_id")),
                        LiteralWindows.COLUMNS,
                        LiteralWindows.COLUMNS,
                        List.<FeatureSpec>copyOf(windows)));
    }

    private static void assertAnswers(
            EntityWindows step, EntityPast past, List<WindowSpec> windows, List<Row> learnt) {
        double[] vector = new double[windows.size()];
        long timeMillis = learnt.get(learnt.size() - 1).timeMillis();
        assertThat(step.answer(past, timeMillis, vector)).isNull();
        double[] literally = LiteralWindows.answer(windows, learnt);
        for (int slot = 0; slot < vector.length; slot++) {
            var aggregate = windows.get(slot).aggregate();
            boolean isRoot = aggregate == Aggregate.STDDEV || aggregate == Aggregate.Z_SCORE;
            // A root is rounded three times, where the reference rounds it once.
            double tolerance = isRoot ? 4 * Math.ulp(literally[slot]) : 0;
            if (!(Math.abs(vector[slot] - literally[slot]) <= tolerance)) {
                assertThat((Double) vector[slot])
                        .as("%s", windows.get(slot))
                        .isEqualTo((Double) literally[slot]);
            }
        }
    }

    private static EntityPast restored(EntityPast past, PastLayout layout) throws IOException {
        var serializer = new EntityPastSerializer(layout);
        var out = new DataOutputSerializer(64);
        serializer.serialize(past, out);
        return serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    }

    @Provide
    Arbitrary<List<Boolean>> rarely() {
        return Arbitraries.integers().between(0, 9).map(i -> i == 0).list().ofSize(80);
    }

    @Provide
    Arbitrary<List<Row>> rows() {
        // Few instants and few values, so that ties and rows on the very edges are common.
        return Combinators.combine(
                        Arbitraries.of(true, false, false),
                        Arbitraries.longs().between(-40, 40),
                        Arbitraries.longs()
                                .between(-9_999, 9_999)
                                .map(cents -> BigDecimal.valueOf(cents, 2))
                                .injectNull(0.2),
                        Arbitraries.oneOf(
                                        Arbitraries.doubles().between(0, 100).ofScale(3),
                                        Arbitraries.of(-1.0, 0.1, 0.0, -0.0, 3e-310, 1e-20, -1e20),
                                        Arbitraries.doubles().between(-1e300, 1e300).ofScale(1))
                                .injectNull(0.2),
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.of("web", "app", "").injectNull(0.2),
                        Arbitraries.of(true, false).injectNull(0.2))
                .as(
                        (isLabel, timeMillis, amount, speed, items, channel, online) ->
                                new Row(
                                        isLabel,
                                        1,
                                        timeMillis,
                                        amount,
                                        speed,
                                        items,
                                        channel,
                                        online))
                .list();
    }

    @Provide
    Arbitrary<List<WindowSpec>> windows() {
        return Arbitraries.of(Aggregate.class)
                .flatMap(
                        aggregate ->
                                Combinators.combine(
                                                aggregate.comparesCurrent()
                                                        ? Arbitraries.just(From.EVENTS)
                                                        : Arbitraries.of(From.class),
                                                of(aggregate),
                                                Arbitraries.of(LiteralWindows.CONDITIONS.keySet())
                                                        .injectNull(0.5),
                                                Arbitraries.longs().between(1, 60),
                                                Arbitraries.longs().between(0, 10),
                                                Arbitraries.of(Current.class),
                                                Arbitraries.integers().between(1, 3),
                                                Arbitraries.of(Double.NaN, -1.5))
                                        .as(
                                                (from,
                                                        of,
                                                        where,
                                                        window,
                                                        delay,
                                                        current,
                                                        rank,
                                                        missing) ->
                                                        new WindowSpec(
                                                                aggregate.name(),
                                                                "customer",
                                                                from,
                                                                aggregate,
                                                                of,
                                                                where,
                                                                Duration.ofMillis(window),
                                                                Duration.ofMillis(delay),
                                                                from == From.LABELS
                                                                        ? Current.INCLUDE
                                                                        : current,
                                                                rank,
                                                                aggregate.isZeroWhenEmpty()
                                                                        ? 0
                                                                        : missing)))
                .list();
    }

    private static Arbitrary<String> of(Aggregate aggregate) {
        return switch (aggregate) {
            case COUNT, TIME_SINCE_LAST -> Arbitraries.just("").map(nothing -> null);
            case DISTINCT ->
                    Arbitraries.oneOf(
                            Arbitraries.of(LiteralWindows.NUMBERS.keySet()),
                            Arbitraries.just("channel"));
            default -> Arbitraries.of(LiteralWindows.NUMBERS.keySet());
        };
    }
}
