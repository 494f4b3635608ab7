package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Alert;
import io.millrace.record.DriftReport;
import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import io.millrace.registry.RegistryAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/**
 * Whatever rows come late, and in whatever order and parts: the alerts that hold in the end are
 * those of the same rows in time.
 */
class LateAlertsProperties {
    private static final int HISTORIES = 60;
    private static final int PANES = 14;
    private static final int PARTS = 4;
    private static final long SLIDE = 100;
    private static final int LATE_PANES = 5;
    private static final List<Watched> WATCHED = Scores.features(Kind.NUMERIC, "x", "y");

    private static final ReferenceProfile PROFILE =
            ReferenceProfile.of("fraud", "1", List.of(reference("x", 1), reference("y", 2)));

    private static NumericReference reference(String name, long seed) {
        return NumericReference.of(
                name, Role.FEATURE, new Random(seed).doubles(5_000).toArray(), 0);
    }

    /** What is compared with: the profile, or the panes before the latest that may be late. */
    private static MonitorConfig config(long window, boolean isRolling) {
        return new MonitorConfig(
                RegistryAddress.directory(Path.of("none")),
                WATCHED,
                window,
                SLIDE,
                LATE_PANES * SLIDE,
                isRolling ? new MonitorConfig.Rolling(4 * SLIDE, LATE_PANES * SLIDE) : null,
                new DriftRule(150, 0.01, 0.06, 0.05, 0.01, 0.02, 2, 3, 2 * SLIDE),
                List.of());
    }

    /**
     * What subtasks have counted of one pane: the shares of rows differ, and so do their values.
     */
    private static List<Pane> parts(Random random, int number) {
        var layout = CountLayout.of(WATCHED, PROFILE);
        var parts = new ArrayList<Pane>();
        // Some parts drift so that a pane drifts or not depending on which are there.
        for (int part = 0; part < PARTS; part++) {
            double x = random.nextInt(3) == 0 ? 0.6 : 0;
            double y = random.nextInt(4) == 0 ? -0.9 : 0;
            var counts = new Counts(layout);
            int rows = 20 + random.nextInt(120);
            for (int i = 0; i < rows; i++) {
                layout.count(
                        Scores.of(
                                number * SLIDE,
                                "1",
                                "",
                                random.nextDouble() + x,
                                random.nextDouble() + y),
                        counts);
            }
            parts.add(
                    counts.pane(
                            number * SLIDE,
                            new VersionId("fraud", "1", "sha256:1"),
                            "",
                            layout.name()));
        }
        return parts;
    }

    /** The elements of a run, each at the number of the pane after which it comes. */
    private static NavigableMap<Integer, List<Pane>> arrivals(
            List<List<Pane>> history, Random random, int latest) {
        var arrivals = new TreeMap<Integer, List<Pane>>();
        for (int number = 0; number < history.size(); number++) {
            for (Pane part : history.get(number)) {
                int late = latest == 0 ? 0 : random.nextInt(latest + 1);
                var there = arrivals.computeIfAbsent(number + late, n -> new ArrayList<>());
                there.add(random.nextInt(there.size() + 1), part);
            }
        }
        return arrivals;
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, Pane, DriftReport> harness(
            MonitorConfig config) throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new WindowFunction(config, new FixedProfiles(PROFILE))),
                WindowFunction::keyOf,
                Types.STRING);
    }

    /** All alerts in the order in which they were written. */
    private static List<Alert> run(
            MonitorConfig config, NavigableMap<Integer, List<Pane>> arrivals, int restartAfter)
            throws Exception {
        var written = new ArrayList<Alert>();
        var harness = harness(config);
        harness.open();
        for (int number = 0; number <= arrivals.lastKey(); number++) {
            for (Pane pane : arrivals.getOrDefault(number, List.of())) {
                harness.processElement(new StreamRecord<>(pane, pane.startMillis()));
            }
            harness.processWatermark(new Watermark((number + 1) * SLIDE - 1));
            if (number == restartAfter) {
                OperatorSubtaskState snapshot = harness.snapshot(1, 1);
                written.addAll(alerts(harness));
                harness.close();
                harness = harness(config);
                harness.initializeState(snapshot);
                harness.open();
            }
        }
        harness.processWatermark(Watermark.MAX_WATERMARK);
        written.addAll(alerts(harness));
        assertThat(harness.numKeyedStateEntries()).isZero();
        harness.close();
        return written;
    }

    private static List<Alert> alerts(
            KeyedOneInputStreamOperatorTestHarness<String, Pane, DriftReport> harness) {
        var side = harness.getSideOutput(WindowFunction.ALERTS);
        return side == null ? List.of() : side.stream().map(StreamRecord::getValue).toList();
    }

    /**
     * Of each incident and window the last alert, where it holds; how often it was written aside.
     */
    private static List<Alert> last(List<Alert> written) {
        Map<String, Alert> last = new TreeMap<>();
        for (Alert alert : written) {
            String name = alert.incident() + " " + alert.windowEndMillis();
            Alert before = last.put(name, alert);
            assertThat(alert.revision())
                    .as(name)
                    .isEqualTo(before == null ? 0 : before.revision() + 1);
        }
        return last.values().stream()
                .filter(alert -> alert.state().holds())
                .map(alert -> alert.revised(0))
                .toList();
    }

    /** The last record of each incident says how it stands: what its alerts that hold say. */
    private static void assertTheLastRecordTells(List<Alert> written) {
        Map<String, Alert> lastRecord = new TreeMap<>();
        Map<String, Alert> lastHolding = new TreeMap<>();
        written.forEach(alert -> lastRecord.put(alert.incident(), alert));
        for (Alert alert : last(written)) {
            lastHolding.merge(
                    alert.incident(),
                    alert,
                    (a, b) -> a.windowEndMillis() > b.windowEndMillis() ? a : b);
        }
        lastRecord.forEach(
                (incident, record) -> {
                    Alert holding = lastHolding.get(incident);
                    boolean isOver =
                            record.state() == Alert.State.RESOLVED
                                    || record.state() == Alert.State.WITHDRAWN;
                    assertThat(isOver)
                            .as("%s, after %s", record, holding)
                            .isEqualTo(holding == null || holding.state() == Alert.State.RESOLVED);
                });
    }

    @Test
    void lateRowsLeadToTheAlertsOfTheSameRowsInTime() throws Exception {
        int raised = 0;
        int revised = 0;
        int withdrawn = 0;
        int eased = 0;
        for (int seed = 0; seed < HISTORIES; seed++) {
            var random = new Random(seed);
            MonitorConfig config = config(seed % 3 == 0 ? 3 * SLIDE : SLIDE, seed % 2 == 1);
            var history = new ArrayList<List<Pane>>();
            for (int number = 0; number < PANES; number++) {
                history.add(parts(random, number));
            }
            List<Alert> inTime = run(config, arrivals(history, random, 0), -1);
            assertThat(inTime).allSatisfy(alert -> assertThat(alert.revision()).isZero());
            raised += inTime.size();

            List<Alert> late =
                    run(config, arrivals(history, random, LATE_PANES), random.nextInt(PANES));
            assertThat(last(late)).as("history %d", seed).isEqualTo(last(inTime));
            assertTheLastRecordTells(late);
            for (Alert alert : late) {
                revised += alert.revision() > 0 ? 1 : 0;
                withdrawn += alert.state() == Alert.State.WITHDRAWN ? 1 : 0;
                eased += alert.state() == Alert.State.EASED ? 1 : 0;
            }
        }
        // The histories are worth the trouble.
        assertThat(raised).isGreaterThan(HISTORIES);
        assertThat(revised).isGreaterThan(HISTORIES);
        assertThat(withdrawn).isGreaterThan(HISTORIES / 4);
        assertThat(eased).isPositive();
    }
}
