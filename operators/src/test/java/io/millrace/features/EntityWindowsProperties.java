package io.millrace.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.features.LiteralWindows.Row;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.Order;
import io.millrace.spec.FeaturesSpec.WindowSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
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
        assertEachAnswer(windows, rows, allowedLatenessMillis, restores);
    }

    /** Of few events, in any order: most labels correct one, or come after their correction. */
    @Property
    void aLabelCountsUntilItIsCorrected(
            @ForAll("windowsOverLabels") @Size(min = 1, max = 4) List<WindowSpec> windows,
            @ForAll("labelsOfFewEvents") @Size(max = 80) List<Row> rows,
            @ForAll("rarely") List<Boolean> restores)
            throws IOException {
        assertEachAnswer(windows, rows, 100, restores);
    }

    private static void assertEachAnswer(
            List<WindowSpec> windows,
            List<Row> rows,
            long allowedLatenessMillis,
            List<Boolean> restores)
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
                        LiteralWindows.LABEL_ID,
                        List.<FeatureSpec>copyOf(windows)));
    }

    private static void assertAnswers(
            EntityWindows step, EntityPast past, List<WindowSpec> windows, List<Row> learnt) {
        double[] vector = new double[windows.size()];
        long timeMillis = learnt.get(learnt.size() - 1).timeMillis();
        var problem = step.answer(past, timeMillis, vector);
        double[] literally = LiteralWindows.answer(windows, learnt);
        if (LiteralWindows.isRefused(literally)) {
            assertThat(problem).endsWith("it must be finite");
        } else {
            assertThat(problem).isNull();
            LiteralWindows.assertSame(windows, vector, literally);
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
        return LiteralArbitraries.row(Arbitraries.just(1L)).list();
    }

    @Provide
    Arbitrary<List<Row>> labelsOfFewEvents() {
        return LiteralArbitraries.row(Arbitraries.just(1L), Arbitraries.longs().between(1, 4))
                .list();
    }

    @Provide
    Arbitrary<List<WindowSpec>> windowsOverLabels() {
        return LiteralArbitraries.window().filter(window -> window.from() == From.LABELS).list();
    }

    @Provide
    Arbitrary<List<WindowSpec>> windows() {
        return LiteralArbitraries.window().list();
    }
}
