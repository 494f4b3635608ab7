package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.monitor.Outcome.Truth;
import io.millrace.record.QualityReport;
import io.millrace.record.Score;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Holds the last reports to a reference that keeps everything and looks at it at the end. */
class QualityPathProperties {
    private static final long WINDOW = 100;
    private static final long HORIZON = 250;
    private static final long DISORDER = 60;
    private static final QualityPlan PLAN = new QualityPlan(WINDOW, HORIZON, 3, 1, 10, 1, 2, 3);
    private static final CalibrationCurve CALIBRATION =
            new CalibrationCurve(
                    new Calibration(new double[] {0, 0.5, 1}, new double[] {0.1, 0.3, 0.8}));

    /** An event with its score, and the labels that it gets. */
    record Scene(long eventTimeMillis, String segment, double score, List<Truthful> labels) {}

    record Truthful(long delayMillis, boolean isPositive) {}

    @Property(tries = 150)
    void reportsAreTheSameAtAnyParallelismInAnyOrderAndAfterARestart(
            @ForAll("scenes") @Size(min = 1, max = 25) List<Scene> scenes,
            @ForAll @IntRange(min = 1, max = 4) int parallelism,
            @ForAll @IntRange(max = 60) int restartAfter,
            @ForAll long seed)
            throws Exception {
        Map<QualityKey, QualityReport> last = new HashMap<>();
        Map<QualityKey, Integer> revisions = new HashMap<>();
        try (var path = new QualityPath(PLAN, score -> CALIBRATION, parallelism)) {
            feed(path, arrivals(scenes, seed), restartAfter);
            path.advance(Long.MAX_VALUE);
            for (QualityReport report : path.reports()) {
                var key = key(report);
                assertThat(report.revision()).isEqualTo(revisions.getOrDefault(key, 0));
                revisions.put(key, report.revision() + 1);
                var before = last.put(key, report);
                assertThat(before == null || !before.isFinal()).isTrue();
            }
            assertThat(path.keptKeys()).isZero();
        }
        var expected = reference(scenes);
        assertThat(last.keySet()).isEqualTo(expected.keySet());
        last.forEach(
                (key, report) -> {
                    var counts = Objects.requireNonNull(expected.get(key));
                    var window = new QualityWindow(counts, report.revision(), false);
                    assertThat(report.withFairness(QualityReport.Fairness.NONE))
                            .isEqualTo(new QualityReporting(PLAN).report(key, window, true));
                });
    }

    private static QualityKey key(QualityReport report) {
        var whole = QualityKey.ofAllRows(report);
        return new QualityKey(
                whole.modelName(),
                whole.modelVersion(),
                whole.route(),
                report.segment(),
                whole.windowStartMillis(),
                whole.windowMillis());
    }

    /** A score or a label, and when it comes. */
    record Arrival(long eventTimeMillis, long arrivalMillis, Object record) {}

    private static List<Arrival> arrivals(List<Scene> scenes, long seed) {
        var random = new Random(seed);
        List<Arrival> arrivals = new ArrayList<>();
        for (int i = 0; i < scenes.size(); i++) {
            var scene = scenes.get(i);
            var score = Scored.score("e" + i, scene.eventTimeMillis, scene.segment, scene.score);
            arrivals.add(arrival(scene.eventTimeMillis, score, random));
            for (int j = 0; j < scene.labels.size(); j++) {
                var label = scene.labels.get(j);
                long time = scene.eventTimeMillis + label.delayMillis;
                arrivals.add(
                        arrival(time, Scored.seen("e" + i, time, j, label.isPositive), random));
            }
        }
        arrivals.sort(Comparator.comparingLong(Arrival::arrivalMillis));
        return arrivals;
    }

    private static Arrival arrival(long eventTimeMillis, Object record, Random random) {
        return new Arrival(
                eventTimeMillis, eventTimeMillis + random.nextInt((int) DISORDER), record);
    }

    private static void feed(QualityPath path, List<Arrival> arrivals, int restartAfter)
            throws Exception {
        long watermark = Long.MIN_VALUE;
        for (int i = 0; i < arrivals.size(); i++) {
            var arrival = arrivals.get(i);
            if (i == restartAfter) {
                path.restart();
            }
            if (arrival.record instanceof Score score) {
                path.feed(score);
            } else {
                path.feed((EventLabel) arrival.record);
            }
            watermark = Math.max(watermark, arrival.eventTimeMillis - DISORDER - 1);
            path.advance(watermark);
        }
    }

    private static Map<QualityKey, QualityCounts> reference(List<Scene> scenes) {
        var reporting = new QualityReporting(PLAN);
        Set<QualityKey> keys = new HashSet<>();
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < scenes.size(); i++) {
            var outcome = outcome("e" + i, scenes.get(i));
            outcomes.add(outcome);
            keys.addAll(reporting.keys(momentOf(outcome)));
        }
        Map<QualityKey, QualityCounts> counts = new HashMap<>();
        for (QualityKey key : keys) {
            var tally = new Tally();
            outcomes.stream()
                    .filter(outcome -> outcome.eventTimeMillis() >= key.windowStartMillis())
                    .filter(outcome -> outcome.eventTimeMillis() < key.windowEndMillis())
                    .filter(
                            outcome ->
                                    key.segment().isEmpty()
                                            || key.segment().equals(outcome.segment()))
                    .forEach(outcome -> QualityCells.count(outcome, tally));
            counts.put(key, tally.counts());
        }
        return counts;
    }

    private static QualityKey momentOf(Outcome outcome) {
        return new QualityKey(
                outcome.modelName(),
                outcome.modelVersion(),
                outcome.route(),
                outcome.segment(),
                outcome.eventTimeMillis(),
                1);
    }

    private static Outcome outcome(String id, Scene scene) {
        Truthful last = null;
        int before = 0;
        int late = 0;
        int inTime = 0;
        for (Truthful label : scene.labels) {
            if (label.delayMillis < 0) {
                before++;
            } else if (label.delayMillis > HORIZON) {
                late++;
            } else {
                inTime++;
                last = last == null || label.delayMillis >= last.delayMillis ? label : last;
            }
        }
        return new Outcome(
                1,
                id,
                scene.eventTimeMillis,
                "fraud",
                "7",
                "CHAMPION",
                scene.segment,
                scene.score,
                CALIBRATION.probability(scene.score),
                scene.score >= 0.5,
                Double.NaN,
                false,
                last == null ? Truth.UNKNOWN : last.isPositive ? Truth.POSITIVE : Truth.NEGATIVE,
                last == null ? 0 : last.delayMillis,
                before,
                late,
                Math.max(0, inTime - 1));
    }

    @Provide
    static Arbitrary<List<Scene>> scenes() {
        // Labels after the horizon come when the event is forgotten; they are counted elsewhere.
        var label =
                Combinators.combine(
                                Arbitraries.longs().between(-20, HORIZON),
                                Arbitraries.of(true, false))
                        .as(Truthful::new);
        return Combinators.combine(
                        Arbitraries.longs().between(-50, 400),
                        Arbitraries.of("", "north", "south"),
                        Arbitraries.doubles().between(0, 1),
                        label.list().ofMaxSize(3))
                .as(Scene::new)
                .list();
    }
}
