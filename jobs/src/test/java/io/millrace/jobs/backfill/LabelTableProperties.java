package io.millrace.jobs.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.FeatureVector;
import io.millrace.record.Origin;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class LabelTableProperties {
    private static final Origin ORIGIN = new Origin("events", 0, 0, 0, null, new byte[0]);

    private record Label(String id, long timeMillis, double value) {}

    private static final Comparator<Label> NEWEST =
            Comparator.comparingLong(Label::timeMillis).thenComparingDouble(Label::value);

    @Property
    void anEventGetsTheNewestOfItsLabelsAndOfTwoAtOneInstantTheGreater(
            @ForAll("labels") List<Label> labels) {
        var table = new LabelTable();
        Map<String, Label> newest = new HashMap<>();
        for (Label label : labels) {
            table.put(label.id(), label.timeMillis(), label.value());
            newest.merge(
                    label.id(),
                    label,
                    (one, other) -> NEWEST.compare(one, other) >= 0 ? one : other);
        }
        assertThat(table.size()).isEqualTo(newest.size());
        newest.forEach(
                (id, label) -> {
                    var row = table.labelled(event(id));
                    assertThat(row.labelTimeMillis()).isEqualTo(label.timeMillis());
                    assertThat(row.label()).isEqualTo(label.value());
                });
        assertThat(table.labelled(event("of nobody")).isLabelled()).isFalse();
    }

    @Example
    void manyIdsAreKeptApart() {
        var table = new LabelTable();
        int ids = 100_000;
        IntStream.range(0, ids).forEach(id -> table.put("é" + id, id, id));
        assertThat(table.size()).isEqualTo(ids);
        assertThat(IntStream.range(0, ids))
                .allMatch(id -> table.labelled(event("é" + id)).labelTimeMillis() == id);
    }

    private static TrainingRow event(String id) {
        return TrainingRow.event(new FeatureVector(ORIGIN, id, 0, "", new double[0]));
    }

    @Provide
    Arbitrary<List<Label>> labels() {
        return Combinators.combine(
                        Arbitraries.of("", "1", "01", "12", "21", "é", "customer-7"),
                        Arbitraries.longs().between(-2, 2),
                        Arbitraries.of(0.0, 1.0, -1.5))
                .as(Label::new)
                .list()
                .ofMaxSize(30);
    }
}
