package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

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
class SignalDetectorsTest {
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
        var detectors = new SignalDetectors(List.of(detector), SignalDetectors.DECISIONS_DELTA);
        var found = new ArrayList<SignalDetectors.Change>();
        for (SignalRow row : rows(0.1, 0.4)) {
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
        var detectors =
                new SignalDetectors(
                        List.of(MonitorSpec.Detector.PAGE_HINKLEY),
                        SignalDetectors.DECISIONS_DELTA);
        var standardised = new ArrayList<Long>();
        rows(0.1, 0.2, 0.1)
                .forEach(
                        row ->
                                detectors
                                        .apply(row)
                                        .forEach(
                                                change -> standardised.add(row.eventTimeMillis())));
        detectors.recall(DetectorMemory.NONE);
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
        var detectors =
                new SignalDetectors(
                        List.of(MonitorSpec.Detector.ADWIN), SignalDetectors.DECISIONS_DELTA);
        SignalDetectors.Change found = null;
        for (SignalRow row : rows(0.1, 0.6)) {
            for (SignalDetectors.Change change : detectors.apply(row)) {
                found = change;
            }
        }
        assertThat(found).isNotNull();
        assertThat(found.rows()).isBetween((long) CHANGE, CHANGE + 100L);
        assertThat(found.mean()).isBetween(0.08, 0.15);
        assertThat(found.recentMean()).isGreaterThan(0.2);
    }

    @Test
    void goesOnFromItsMemoryAsIfNothingHadHappened() {
        var all = List.of(MonitorSpec.Detector.values());
        var steady = new SignalDetectors(all, SignalDetectors.DECISIONS_DELTA);
        var interrupted = new SignalDetectors(all, SignalDetectors.DECISIONS_DELTA);
        int row = 0;
        for (SignalRow next : rows(0.1, 0.4)) {
            if (row++ % 113 == 0) {
                var memory = interrupted.memory();
                interrupted = new SignalDetectors(all, SignalDetectors.DECISIONS_DELTA);
                interrupted.recall(memory);
            }
            assertThat(interrupted.apply(next)).isEqualTo(steady.apply(next));
        }
    }

    @Test
    void aDetectorThatIsAddedStartsAnew() {
        var adwin =
                new SignalDetectors(
                        List.of(MonitorSpec.Detector.ADWIN), SignalDetectors.DECISIONS_DELTA);
        rows(0.1, 0.1).forEach(adwin::apply);
        var both =
                new SignalDetectors(
                        List.of(MonitorSpec.Detector.DDM, MonitorSpec.Detector.ADWIN),
                        SignalDetectors.DECISIONS_DELTA);
        both.recall(adwin.memory());
        assertThat(both.memory().byDetector().get("ADWIN"))
                .isEqualTo(adwin.memory().byDetector().get("ADWIN"));
        assertThat(both.memory().byDetector().get("DDM"))
                .isEqualTo(
                        new SignalDetectors(
                                        List.of(MonitorSpec.Detector.DDM),
                                        SignalDetectors.DECISIONS_DELTA)
                                .memory()
                                .byDetector()
                                .get("DDM"));
    }

    @Test
    void alarmsAreTheSameInAnyOrderAndAfterARestart() throws Exception {
        List<SignalRow> rows = rows(0.1, 0.4);
        List<Alert> inOrder = alerts(rows, Integer.MAX_VALUE);
        assertThat(inOrder).isNotEmpty();
        assertThat(inOrder)
                .allSatisfy(
                        alert -> {
                            assertThat(alert.source()).isEqualTo(Alert.Source.DETECTOR);
                            assertThat(alert.summary()).contains("fraud/7 (champion)");
                        });
        var shuffled = new ArrayList<SignalRow>();
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
    @ValueSource(classes = {Signal.class, SignalRow.class, DetectorMemory.class})
    void flinkFindsTheTypeByItself(Class<?> type) {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(type);
    }

    private static List<Alert> alerts(List<SignalRow> rows, int restartAfter) throws Exception {
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
            harness.processElement(signal(rows.get(i)), rows.get(i).eventTimeMillis() + HORIZON);
            if (i % 1_000 == 999) {
                harness.processWatermark(i + HORIZON);
            }
        }
        harness.processWatermark(Long.MAX_VALUE);
        alerts.addAll(harness.extractOutputValues());
        harness.close();
        return alerts;
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, Signal, Alert> harness()
            throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(
                        new DetectorFunction(
                                HORIZON,
                                List.of(MonitorSpec.Detector.values()),
                                SignalDetectors.DECISIONS_DELTA)),
                Signal::key,
                Types.STRING);
    }

    private static Signal signal(SignalRow row) {
        return new Signal(Signal.Kind.WRONG_DECISIONS, "fraud", "7", "CHAMPION", row);
    }

    private static List<SignalRow> rows(double before, double after) {
        return rows(before, after, Double.NaN);
    }

    private static List<SignalRow> rows(double before, double after, double expected) {
        var random = new Random(42);
        List<SignalRow> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            double isWrong = random.nextDouble() < (i < CHANGE ? before : after) ? 1 : 0;
            rows.add(new SignalRow(i, "e" + i, isWrong, expected));
        }
        return rows;
    }
}
