package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.monitor.Outcome.Truth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** Holds the join of one event to a reference that keeps everything and looks at it at the end. */
class LabelJoinProperties {
    private static final long HORIZON = 10;

    /** What comes to the join. */
    sealed interface Arrival {
        record Scored(AwaitingScore score) implements Arrival {}

        record Labelled(SeenLabel label) implements Arrival {}
    }

    @Property
    void whatIsCountedIsWhatIsKnownAtTheEnd(
            @ForAll("arrivals") @Size(max = 12) List<Arrival> arrivals, @ForAll long seed) {
        var shuffled = new ArrayList<>(arrivals);
        Collections.shuffle(shuffled, new Random(seed));

        var counted = new Tally();
        for (Outcome change : changes(shuffled)) {
            QualityCells.count(change, counted);
        }

        var expected = new Tally();
        for (Outcome outcome : reference(arrivals)) {
            QualityCells.count(outcome, expected);
        }
        assertThat(counted.counts()).usingRecursiveComparison().isEqualTo(expected.counts());
    }

    @Property
    void nothingIsSaidTwice(@ForAll("arrivals") @Size(max = 12) List<Arrival> arrivals) {
        List<Outcome> standing = new ArrayList<>();
        for (Outcome change : changes(arrivals)) {
            if (change.weight() < 0) {
                assertThat(standing.remove(change.takenBack())).isTrue();
            } else {
                standing.add(change);
            }
        }
        assertThat(standing).containsExactlyInAnyOrderElementsOf(reference(arrivals));
    }

    private static List<Outcome> changes(List<Arrival> arrivals) {
        var join = new LabelJoin(HORIZON);
        List<Outcome> changes = new ArrayList<>();
        LabelledEvent state = null;
        for (Arrival arrival : arrivals) {
            LabelJoin.Step step;
            if (arrival instanceof Arrival.Scored scored) {
                step = join.apply("e", state, scored.score());
            } else if (arrival instanceof Arrival.Labelled labelled) {
                step = join.apply("e", state, labelled.label());
            } else {
                throw new AssertionError(arrival);
            }
            state = step.state();
            changes.addAll(step.changes());
        }
        return changes;
    }

    private static List<Outcome> reference(List<Arrival> arrivals) {
        var scores =
                arrivals.stream()
                        .filter(Arrival.Scored.class::isInstance)
                        .map(arrival -> ((Arrival.Scored) arrival).score())
                        .toList();
        var labels =
                arrivals.stream()
                        .filter(Arrival.Labelled.class::isInstance)
                        .map(arrival -> ((Arrival.Labelled) arrival).label())
                        .toList();
        return scores.stream()
                .map(AwaitingScore::modelVersion)
                .distinct()
                .map(
                        version ->
                                scores.stream()
                                        .filter(score -> score.modelVersion().equals(version))
                                        .min(
                                                Comparator.comparingLong(
                                                                AwaitingScore::eventTimeMillis)
                                                        .thenComparingDouble(AwaitingScore::score))
                                        .orElseThrow())
                .map(score -> outcome(score, labels))
                .toList();
    }

    private static Outcome outcome(AwaitingScore score, List<SeenLabel> labels) {
        long from = score.eventTimeMillis();
        var inTime =
                labels.stream()
                        .filter(label -> label.eventTimeMillis() >= from)
                        .filter(label -> label.eventTimeMillis() <= from + HORIZON)
                        .sorted(
                                Comparator.comparingLong(SeenLabel::eventTimeMillis)
                                        .thenComparingInt(SeenLabel::partition)
                                        .thenComparingLong(SeenLabel::offset))
                        .toList();
        var last = inTime.isEmpty() ? null : inTime.get(inTime.size() - 1);
        return new Outcome(
                1,
                "e",
                from,
                "m",
                score.modelVersion(),
                "CHAMPION",
                "",
                score.score(),
                Double.NaN,
                score.isDecided(),
                Double.NaN,
                false,
                last == null ? Truth.UNKNOWN : last.isPositive() ? Truth.POSITIVE : Truth.NEGATIVE,
                last == null ? 0 : last.eventTimeMillis() - from,
                (int) labels.stream().filter(label -> label.eventTimeMillis() < from).count(),
                (int)
                        labels.stream()
                                .filter(label -> label.eventTimeMillis() > from + HORIZON)
                                .count(),
                Math.max(0, inTime.size() - 1));
    }

    @Provide
    static Arbitrary<List<Arrival>> arrivals() {
        var scores =
                Combinators.combine(
                                Arbitraries.longs().between(0, 20),
                                Arbitraries.of("1", "2"),
                                Arbitraries.of(0.1, 0.5, 0.9))
                        .as(
                                (time, version, score) ->
                                        (Arrival)
                                                new Arrival.Scored(
                                                        new AwaitingScore(
                                                                time,
                                                                "m",
                                                                version,
                                                                "CHAMPION",
                                                                "",
                                                                score,
                                                                Double.NaN,
                                                                score >= 0.5)));
        // The offset tells labels apart, as it does in a topic.
        var labels =
                Combinators.combine(
                                Arbitraries.longs().between(0, 35),
                                Arbitraries.of(true, false),
                                Arbitraries.integers().between(0, 1))
                        .as(
                                (time, isPositive, partition) ->
                                        new Object[] {time, isPositive, partition});
        return Combinators.combine(scores.list().ofMaxSize(4), labels.list().ofMaxSize(8))
                .as(
                        (said, truths) -> {
                            List<Arrival> arrivals = new ArrayList<>(said);
                            for (int i = 0; i < truths.size(); i++) {
                                var truth = truths.get(i);
                                arrivals.add(
                                        new Arrival.Labelled(
                                                new SeenLabel(
                                                        (long) truth[0],
                                                        (boolean) truth[1],
                                                        (int) truth[2],
                                                        i)));
                            }
                            return arrivals;
                        });
    }
}
