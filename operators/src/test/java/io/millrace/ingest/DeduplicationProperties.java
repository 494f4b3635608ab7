package io.millrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

class DeduplicationProperties {

    /** An id at an event time. */
    record Arrival(int id, long eventTimeMillis) {}

    @Provide
    Arbitrary<List<Arrival>> arrivals() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 3), Arbitraries.longs().between(0, 400))
                .as(Arrival::new)
                .list()
                .ofMaxSize(120);
    }

    /**
     * A store that forgets, as the function does, against a list that never does: they agree on
     * every row that is not too late.
     */
    @Property(tries = 3_000)
    void forgettingChangesNoDecision(
            @ForAll("arrivals") List<Arrival> arrivals,
            @ForAll @IntRange(min = 0, max = 120) int withinMillis,
            @ForAll @IntRange(min = 0, max = 60) int latenessMillis,
            @ForAll @IntRange(min = 0, max = 40) int outOfOrdernessMillis) {
        var deduplication = new Deduplication(withinMillis, latenessMillis);
        var lateness = new Lateness(latenessMillis);
        Map<Integer, List<Seen>> store = new HashMap<>();
        var timers = new TreeSet<Long>();
        Map<Integer, List<Seen>> everything = new HashMap<>();
        long watermarkMillis = Long.MIN_VALUE;

        for (int offset = 0; offset < arrivals.size(); offset++) {
            Arrival arrival = arrivals.get(offset);
            if (lateness.isTooLate(arrival.eventTimeMillis(), watermarkMillis)) {
                continue;
            }
            Seen expected = naive(everything.get(arrival.id()), arrival, withinMillis);
            Seen first =
                    deduplication.firstCopy(store.get(arrival.id()), arrival.eventTimeMillis());
            assertThat(first).isEqualTo(expected);
            if (first == null) {
                var seen = new Seen(arrival.eventTimeMillis(), 0, offset);
                everything.computeIfAbsent(arrival.id(), id -> new ArrayList<>()).add(seen);
                store.put(arrival.id(), Deduplication.accept(store.get(arrival.id()), seen));
                timers.add(deduplication.lookAt(seen));
            }
            watermarkMillis =
                    Math.max(watermarkMillis, arrival.eventTimeMillis() - outOfOrdernessMillis);
            fire(deduplication, timers, store, watermarkMillis);
        }
        fire(deduplication, timers, store, Long.MAX_VALUE);
        assertThat(store).isEmpty();
    }

    private static void fire(
            Deduplication deduplication,
            NavigableSet<Long> timers,
            Map<Integer, List<Seen>> store,
            long watermarkMillis) {
        while (!timers.isEmpty() && timers.first() <= watermarkMillis) {
            long timer = timers.pollFirst();
            store.replaceAll((id, seen) -> deduplication.remembered(seen, timer));
            store.values().removeIf(List::isEmpty);
        }
    }

    private static @Nullable Seen naive(
            @Nullable List<Seen> accepted, Arrival arrival, long withinMillis) {
        if (accepted == null) {
            return null;
        }
        return accepted.stream()
                .filter(
                        seen ->
                                Math.abs(seen.eventTimeMillis() - arrival.eventTimeMillis())
                                        <= withinMillis)
                .findFirst()
                .orElse(null);
    }

    @Property
    void aCopyIsLookedForAtMostASixteenthOfTheHorizonAfterItExpires(
            @ForAll @IntRange(min = 0) int eventTimeMillis,
            @ForAll @IntRange(min = 0) int withinMillis) {
        var deduplication = new Deduplication(withinMillis, 0);
        var seen = new Seen(eventTimeMillis, 0, 0);
        long lookAt = deduplication.lookAt(seen);

        assertThat(deduplication.remembered(List.of(seen), lookAt)).isEmpty();
        assertThat(lookAt)
                .isBetween(
                        (long) eventTimeMillis + withinMillis,
                        (long) eventTimeMillis + withinMillis + Math.max(1, withinMillis / 16));
    }

    @Property
    void anEndlessHorizonDoesNotOverflow(@ForAll @IntRange(min = 0) int eventTimeMillis) {
        var deduplication = new Deduplication(Long.MAX_VALUE, Long.MAX_VALUE);
        var seen = new Seen(eventTimeMillis, 0, 0);

        assertThat(deduplication.lookAt(seen)).isEqualTo(Long.MAX_VALUE);
        assertThat(deduplication.firstCopy(List.of(seen), 0)).isEqualTo(seen);
    }
}
