package io.millrace.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.Order;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CoverageTest {
    private static final int WEEK = 70;
    private static final int MONTH = 300;
    private static final Lateness ORDERED = new Lateness(Order.EVENT_TIME, 0, 0);

    private static final Reach COUNT_7 = new Reach(4, From.EVENTS, WEEK, List.of());
    private static final Reach COUNT_30 = new Reach(1, From.EVENTS, MONTH, List.of());
    private static final Reach SUM_7 = new Reach(2, From.EVENTS, WEEK, List.of("amount"));
    private static final Reach LABELS_7 = new Reach(3, From.LABELS, WEEK, List.of("fraud"));

    @Test
    void aWindowWarmsWhileItBeginsBeforeTheHistory() {
        var coverage = first(plan(1_000L, COUNT_7, COUNT_30));
        // A window is open on its left: at 1069 it holds (999, 1069], which is all of the history.
        assertThat(coverage.warmingAt(999)).containsExactly(1, 4);
        assertThat(coverage.warmingAt(1_068)).containsExactly(1, 4);
        assertThat(coverage.warmingAt(1_069)).containsExactly(1);
        assertThat(coverage.warmingAt(1_298)).containsExactly(1);
        assertThat(coverage.warmingAt(1_299)).isEmpty();
        assertThat(coverage.warmingAt(Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void withoutADeclaredBeginningAHistoryBeginsWithItsFirstRowAndTheDisorderAfterIt() {
        var coverage = first(new HistoryPlan(List.of(COUNT_7, LABELS_7), null, 10));
        assertThat(coverage.warmingAt(Long.MAX_VALUE - 1)).containsExactly(3, 4);
        coverage.learnt(false, 1_000);
        coverage.learnt(false, 900);
        assertThat(coverage.warmingAt(1_078)).containsExactly(3, 4);
        assertThat(coverage.warmingAt(1_079)).containsExactly(3);
        coverage.learnt(true, 2_000);
        assertThat(coverage.warmingAt(2_078)).containsExactly(3);
        assertThat(coverage.warmingAt(2_079)).isEmpty();
    }

    @Test
    void aSavepointRemembersSinceWhenEachColumnIsRecorded() throws IOException {
        var v1 = plan(1_000L, COUNT_30);
        var v2 = plan(1_000L, COUNT_30, SUM_7);
        var before = first(v1);
        before.learnt(false, 5_000);
        before.reached(5_010);

        var after = restored(v2, before);
        assertThat(after.warmingAt(5_011)).containsExactly(2);
        assertThat(after.warmingAt(5_069)).containsExactly(2);
        assertThat(after.warmingAt(5_070)).isEmpty();
        var again = restored(v2, after);
        assertThat(again.warmingAt(5_069)).containsExactly(2);
        assertThat(again.warmingAt(5_070)).isEmpty();
    }

    @Test
    void aLongerWindowBeginsWithTheHistoryThatWasKept() throws IOException {
        var before = first(plan(1_000L, COUNT_7));
        before.learnt(false, 5_000);
        before.reached(5_010);

        var after = restored(plan(1_000L, COUNT_7, COUNT_30), before);
        long keptSince = 5_010 - WEEK;
        assertThat(after.warmingAt(5_011)).containsExactly(1);
        assertThat(after.warmingAt(keptSince + MONTH - 1)).containsExactly(1);
        assertThat(after.warmingAt(keptSince + MONTH)).isEmpty();

        // It was short in between: what was kept then counts.
        after.learnt(false, 6_000);
        after.reached(6_000);
        var shorter = restored(plan(null, COUNT_7), after);
        shorter.reached(6_500);
        var longer = restored(plan(null, COUNT_30), shorter);
        assertThat(longer.warmingAt(6_500 - WEEK + MONTH - 1)).containsExactly(1);
        assertThat(longer.warmingAt(6_500 - WEEK + MONTH)).isEmpty();
    }

    @Test
    void aStreamThatWasNotReadBeginsNoEarlierThanTheSavepoint() throws IOException {
        var before = first(plan(1_000L, COUNT_7));
        before.learnt(false, 5_000);
        var after = restored(plan(1_000L, COUNT_7, LABELS_7), before);
        assertThat(after.warmingAt(9_999)).containsExactly(3);
        after.learnt(true, 3_000);
        assertThat(after.warmingAt(5_069)).containsExactly(3);
        assertThat(after.warmingAt(5_070)).isEmpty();
    }

    @Test
    void whatSubtasksSawIsPutTogether() throws IOException {
        var plan = plan(null, COUNT_7);
        var one = first(plan);
        one.learnt(false, 1_000);
        one.reached(2_000);
        var other = first(plan);
        other.learnt(false, 1_500);
        other.learnt(false, 2_500);
        other.reached(1_900);
        var idle = first(plan);

        var merged = Recorded.merge(List.of(one.recorded(), other.recorded(), idle.recorded()));

        assertThat(merged.watermarkMillis()).isEqualTo(2_000);
        assertThat(merged.latestMillis()).isEqualTo(2_500);
        assertThat(merged.streams())
                .isEqualTo(Map.of(From.EVENTS, new Recorded.Stream(WEEK, 999, Map.of())));
        assertThat(written(merged)).isEqualTo(merged);
    }

    @Test
    void inEventTimeOrderTheWatermarkIsWhereItWas() throws IOException {
        var before = first(plan(null, COUNT_7));
        before.reached(2_000);
        var after = restored(plan(null, COUNT_7), before);
        after.reached(1_990);
        assertThat(after.watermarkMillis()).isEqualTo(2_000);
    }

    @Test
    void afterTheEndOfTimeAHistoryBeginsAnew() throws IOException {
        var before = first(plan(1_000L, COUNT_7));
        before.learnt(false, 5_000);
        before.reached(Long.MAX_VALUE);
        var after = restored(plan(1_000L, COUNT_7), before);
        assertThat(after.watermarkMillis()).isEqualTo(Recorded.NOTHING);
        after.learnt(false, 6_000);
        assertThat(after.warmingAt(6_068)).containsExactly(4);
        assertThat(after.warmingAt(6_069)).isEmpty();
    }

    @Test
    void anotherVersionIsRefused() {
        var another = new DataInputDeserializer(new byte[] {0, 0, 0, 9});
        assertThatThrownBy(() -> new RecordedSerializer().deserialize(another))
                .isInstanceOf(IOException.class)
                .hasMessage("the savepoint's format of recorded histories is 9; it must be 1");
    }

    private static HistoryPlan plan(@Nullable Long fromMillis, Reach... reaches) {
        return new HistoryPlan(List.of(reaches), fromMillis, 0);
    }

    private static Coverage first(HistoryPlan plan) {
        return new Coverage(plan, ORDERED, null);
    }

    private static Coverage restored(HistoryPlan plan, Coverage before) throws IOException {
        return new Coverage(plan, ORDERED, Recorded.merge(List.of(written(before.recorded()))));
    }

    private static Recorded written(Recorded recorded) throws IOException {
        var out = new DataOutputSerializer(64);
        new RecordedSerializer().serialize(recorded, out);
        return new RecordedSerializer()
                .deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    }
}
