package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.monitor.Outcome.Truth;
import io.millrace.record.Alert;
import io.millrace.spec.MonitorSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

// The harness may be interrupted while it closes, and javac warns of that at each use.
@SuppressWarnings("try")
class DecisionDetectorsTest {
    private static final long HORIZON = 10_000;
    private static final int ROWS = 6_000;
    private static final int CHANGE = 3_000;

    @ParameterizedTest
    @EnumSource(
            value = MonitorSpec.Detector.class,
            // KSWIN compares distributions of numbers; 30 decisions at a time say too little.
            names = "KSWIN",
            mode = EnumSource.Mode.EXCLUDE)
    void findsThatDecisionsHaveBecomeWorse(MonitorSpec.Detector detector) {
        var detectors = new DecisionDetectors(List.of(detector));
        var found = new ArrayList<DecisionDetectors.Change>();
        for (DecisionRow row : rows(0.1, 0.4)) {
            found.addAll(detectors.apply(row));
        }
        assertThat(found)
                .anySatisfy(
                        change -> {
                            assertThat(change.row().eventTimeMillis())
                                    .isBetween((long) CHANGE, CHANGE + 300L);
                            assertThat(change.detector()).isEqualTo(detector);
                        });
    }

    @Test
    void thePageHinkleyTestFindsThemSoonerWhereTheReferenceSaysWhatIsExpected() {
        var detectors = new DecisionDetectors(List.of(MonitorSpec.Detector.PAGE_HINKLEY));
        var standardised = new ArrayList<Long>();
        rows(0.1, 0.2, 0.1)
                .forEach(
                        row ->
                                detectors
                                        .apply(row)
                                        .forEach(
                                                change -> standardised.add(row.eventTimeMillis())));
        detectors.recall(DecisionMemory.NONE);
        var raw = new ArrayList<Long>();
        rows(0.1, 0.2, Double.NaN)
                .forEach(
                        row ->
                                detectors
                                        .apply(row)
                                        .forEach(change -> raw.add(row.eventTimeMillis())));
        long first = standardised.stream().filter(time -> time >= CHANGE).findFirst().orElseThrow();
        assertThat(first).isLessThan(CHANGE + 330);
        assertThat(raw).allMatch(time -> time > first);
    }

    @Test
    void saysHowManyWereWrongBeforeAndOfLate() {
        var detectors = new DecisionDetectors(List.of(MonitorSpec.Detector.ADWIN));
        DecisionDetectors.Change found = null;
        for (DecisionRow row : rows(0.1, 0.6)) {
            for (DecisionDetectors.Change change : detectors.apply(row)) {
                found = change;
            }
        }
        assertThat(found).isNotNull();
        assertThat(found.rows()).isBetween((long) CHANGE, CHANGE + 100L);
        assertThat(found.share()).isBetween(0.08, 0.15);
        assertThat(found.recentShare()).isGreaterThan(0.2);
    }

    @Test
    void goesOnFromItsMemoryAsIfNothingHadHappened() {
        var all = List.of(MonitorSpec.Detector.values());
        var steady = new DecisionDetectors(all);
        var interrupted = new DecisionDetectors(all);
        int row = 0;
        for (DecisionRow next : rows(0.1, 0.4)) {
            if (row++ % 113 == 0) {
                var memory = interrupted.memory();
                interrupted = new DecisionDetectors(all);
                interrupted.recall(memory);
            }
            assertThat(interrupted.apply(next)).isEqualTo(steady.apply(next));
        }
    }

    @Test
    void aDetectorThatIsAddedStartsAnew() {
        var adwin = new DecisionDetectors(List.of(MonitorSpec.Detector.ADWIN));
        rows(0.1, 0.1).forEach(adwin::apply);
        var both =
                new DecisionDetectors(
                        List.of(MonitorSpec.Detector.DDM, MonitorSpec.Detector.ADWIN));
        both.recall(adwin.memory());
        assertThat(both.memory().byDetector().get("ADWIN"))
                .isEqualTo(adwin.memory().byDetector().get("ADWIN"));
        assertThat(both.memory().byDetector().get("DDM"))
                .isEqualTo(
                        new DecisionDetectors(List.of(MonitorSpec.Detector.DDM))
                                .memory()
                                .byDetector()
                                .get("DDM"));
    }

    @Test
    void alarmsAreTheSameInAnyOrderAndAfterARestart() throws Exception {
        List<DecisionRow> rows = rows(0.1, 0.4);
        List<Alert> inOrder = alerts(rows, Integer.MAX_VALUE);
        assertThat(inOrder).isNotEmpty();
        assertThat(inOrder)
                .allSatisfy(
                        alert -> {
                            assertThat(alert.source()).isEqualTo(Alert.Source.DETECTOR);
                            assertThat(alert.summary()).contains("fraud/7 (champion)");
                        });
        var shuffled = new ArrayList<DecisionRow>();
        var random = new Random(7);
        // All rows of a second are settled before the watermark passes it.
        for (int from = 0; from < rows.size(); from += 1_000) {
            var second = new ArrayList<>(rows.subList(from, from + 1_000));
            Collections.shuffle(second, random);
            shuffled.addAll(second);
        }
        assertThat(alerts(shuffled, 3_500)).isEqualTo(inOrder);
    }

    @ParameterizedTest
    @ValueSource(classes = {DecisionRow.class, DecisionMemory.class})
    void flinkFindsTheTypeByItself(Class<?> type) {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(type);
    }

    private static List<Alert> alerts(List<DecisionRow> rows, int restartAfter) throws Exception {
        List<Alert> alerts = new ArrayList<>();
        var harness = harness();
        harness.open();
        for (int i = 0; i < rows.size(); i++) {
            if (i == restartAfter) {
                OperatorSubtaskState snapshot = harness.snapshot(1, 1);
                alerts.addAll(harness.extractOutputValues());
                harness.close();
                harness = harness();
                harness.initializeState(snapshot);
                harness.open();
            }
            harness.processElement(outcome(rows.get(i)), rows.get(i).eventTimeMillis() + HORIZON);
            if (i % 1_000 == 999) {
                harness.processWatermark(i + HORIZON);
            }
        }
        harness.processWatermark(Long.MAX_VALUE);
        alerts.addAll(harness.extractOutputValues());
        harness.close();
        return alerts;
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, Outcome, Alert> harness()
            throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(
                        new DetectorFunction(HORIZON, List.of(MonitorSpec.Detector.values()))),
                DetectorFunction::keyOf,
                Types.STRING);
    }

    private static Outcome outcome(DecisionRow row) {
        return new Outcome(
                1,
                row.eventId(),
                row.eventTimeMillis(),
                "fraud",
                "7",
                "CHAMPION",
                "",
                0.9,
                Double.NaN,
                true,
                Double.NaN,
                false,
                row.isWrong() ? Truth.NEGATIVE : Truth.POSITIVE,
                0,
                0,
                0,
                0);
    }

    private static List<DecisionRow> rows(double before, double after) {
        return rows(before, after, Double.NaN);
    }

    private static List<DecisionRow> rows(double before, double after, double expected) {
        var random = new Random(42);
        List<DecisionRow> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            boolean isWrong = random.nextDouble() < (i < CHANGE ? before : after);
            rows.add(new DecisionRow(i, "e" + i, isWrong, expected));
        }
        return rows;
    }
}
