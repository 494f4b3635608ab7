package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Alert;
import io.millrace.record.Alert.Severity;
import io.millrace.record.Alert.Source;
import io.millrace.record.Alert.State;
import io.millrace.record.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;

class ConfirmFunctionTest {
    private static final long WINDOW = 100;

    /** Labels tell so long after a window has ended. */
    private static final long HORIZON = 700;

    private static final long KEEP = HORIZON + 2 * WINDOW;

    private static Alert alert(Source source, String incident, State state, long end, long since) {
        return new Alert(
                incident,
                state,
                Severity.WARNING,
                source,
                end - WINDOW,
                end,
                since,
                "fraud",
                "7",
                "web",
                1_000,
                Reference.NONE,
                "it is wrong",
                List.of());
    }

    private static Alert drift(String incident, State state, long end, long since) {
        return alert(Source.DRIFT, incident, state, end, since);
    }

    private static Alert quality(State state, long end) {
        return alert(Source.QUALITY, "quality", state, end, end);
    }

    private static KeyedTwoInputStreamOperatorTestHarness<String, Alert, Alert, Alert> harness()
            throws Exception {
        return new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(new ConfirmFunction(KEEP)),
                ConfirmFunction::keyOf,
                ConfirmFunction::keyOf,
                Types.STRING);
    }

    /** What is told of each alert that labels tell, in their order. */
    private static List<String> confirmed(List<Alert> drift, List<Alert> told, long seed)
            throws Exception {
        var random = new Random(seed);
        var waiting = new ArrayList<>(drift);
        var harness = harness();
        harness.open();
        long watermark = 0;
        var out = new ArrayList<String>();
        for (Alert quality : told) {
            long at = quality.windowEndMillis() + HORIZON;
            // Of two inputs, either may be ahead: only the watermark tells.
            boolean isAhead = random.nextBoolean();
            if (isAhead) {
                harness.processElement2(new StreamRecord<>(quality, at));
            }
            while (!waiting.isEmpty() && waiting.get(0).windowEndMillis() <= at) {
                Alert next = waiting.remove(0);
                harness.processElement1(new StreamRecord<>(next, next.windowEndMillis() - 1));
            }
            if (!isAhead) {
                harness.processElement2(new StreamRecord<>(quality, at));
            }
            OperatorSubtaskState snapshot = harness.snapshot(1, 1);
            add(harness, out);
            harness.close();
            harness = harness();
            harness.initializeState(snapshot);
            harness.open();
            watermark = Math.max(watermark, at);
            harness.processBothWatermarks(new Watermark(watermark));
        }
        add(harness, out);
        harness.processBothWatermarks(Watermark.MAX_WATERMARK);
        boolean isAllOver =
                told.get(told.size() - 1).state() == State.RESOLVED
                        && drift.get(drift.size() - 1).state() == State.RESOLVED;
        if (isAllOver) {
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
        harness.close();
        return out;
    }

    private static void add(
            KeyedTwoInputStreamOperatorTestHarness<String, Alert, Alert, Alert> harness,
            List<String> out) {
        for (Alert alert : harness.extractOutputValues()) {
            out.add("%s %s".formatted(alert.severity(), alert.confirms()).strip());
        }
    }

    @Test
    void aSpellTravelsWithoutKryo() {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(DriftSpell.class);
    }

    @Test
    void whatWentWrongWhileSomethingHadDriftedIsCritical() throws Exception {
        List<Alert> drift =
                List.of(
                        drift("first", State.RAISED, 300, 300),
                        drift("first", State.ESCALATED, 400, 300),
                        drift("first", State.RESOLVED, 600, 300));
        List<Alert> told =
                List.of(
                        quality(State.RAISED, 200),
                        quality(State.ESCALATED, 300),
                        quality(State.ESCALATED, 600),
                        // The incident has confirmed it, whatever has become of the drift.
                        quality(State.ESCALATED, 900),
                        quality(State.RESOLVED, 1_000));
        for (int seed = 0; seed < 8; seed++) {
            assertThat(confirmed(drift, told, seed))
                    .containsExactly(
                            "WARNING",
                            "CRITICAL first",
                            "CRITICAL first",
                            "CRITICAL first",
                            "CRITICAL first");
        }
        // Whose window begins where the drift has ended; and one that ends is not made worse.
        assertThat(
                        confirmed(
                                drift,
                                List.of(quality(State.RAISED, 700), quality(State.RESOLVED, 800)),
                                1))
                .containsExactly("WARNING", "WARNING");
        assertThat(confirmed(drift, List.of(quality(State.RESOLVED, 400)), 1))
                .containsExactly("WARNING");
    }

    @Test
    void whatLateRowsTakeBackConfirmsNothing() throws Exception {
        Alert raised = drift("first", State.RAISED, 300, 300);
        assertThat(confirmed(List.of(raised), List.of(quality(State.RAISED, 300)), 1))
                .containsExactly("CRITICAL first");
        assertThat(confirmed(takenBack(raised), List.of(quality(State.RAISED, 400)), 1))
                .containsExactly("WARNING");
        // It was open all the same, and has ended later.
        assertThat(
                        confirmed(
                                List.of(
                                        raised,
                                        drift("first", State.RESOLVED, 400, 300),
                                        drift("first", State.EASED, 400, 300),
                                        drift("first", State.RESOLVED, 500, 300)),
                                List.of(quality(State.RAISED, 500)),
                                1))
                .containsExactly("CRITICAL first");
    }

    /** An incident that has been resolved, and of which late rows show that it never was. */
    private static List<Alert> takenBack(Alert raised) {
        Alert resolved = drift("first", State.RESOLVED, 600, 300);
        var hindsight = new Hindsight();
        var nothing = new Incidents.Step(IncidentState.NONE, List.of());
        hindsight.look(List.of(raised), nothing);
        hindsight.look(List.of(resolved), nothing);
        var all = new ArrayList<>(List.of(raised, resolved));
        all.addAll(hindsight.alerts());
        assertThat(all)
                .extracting(Alert::state)
                .containsExactly(State.RAISED, State.RESOLVED, State.WITHDRAWN, State.WITHDRAWN);
        return all;
    }

    @Test
    void whatADetectorFindsIsToldAsItIs() throws Exception {
        Alert detector = alert(Source.DETECTOR, "adwin", State.RAISED, 300, 300);
        var confirmation = new Confirmation(KEEP);
        List<DriftSpell> spells =
                confirmation.see(List.of(), drift("first", State.RAISED, 300, 300));
        assertThat(confirmation.look(spells, null, detector)).isSameAs(detector);
        assertThat(confirmation.look(spells, null, quality(State.RAISED, 300)))
                .returns(Severity.CRITICAL, Alert::severity)
                .returns("first", Alert::confirms)
                .returns("it is wrong; the drift of first was open then", Alert::summary);
        // The longest of two.
        List<DriftSpell> two = confirmation.see(spells, drift("another", State.RAISED, 350, 350));
        assertThat(confirmation.look(two, null, quality(State.RAISED, 400)).confirms())
                .isEqualTo("first");
    }
}
