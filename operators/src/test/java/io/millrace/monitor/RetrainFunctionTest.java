package io.millrace.monitor;

import static io.millrace.monitor.RetrainingTest.alert;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Alert;
import io.millrace.record.Alert.Severity;
import io.millrace.record.Alert.Source;
import io.millrace.record.Alert.State;
import io.millrace.record.RetrainRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class RetrainFunctionTest {
    private static final RetrainConfig CONFIG =
            new RetrainConfig(
                    Severity.WARNING, List.of(Source.values()), 100, 100, 3, 0, 0.25, 1_000, 7);

    /** Three incidents after three, two of them known at one event time. */
    private static List<StreamRecord<Alert>> alerts() {
        List<StreamRecord<Alert>> alerts = new ArrayList<>();
        for (long end = 1_000; end < 9_000; end += 300) {
            add(alerts, alert("a" + end, State.RAISED, Severity.WARNING, end, end), end - 1);
            add(alerts, alert("b" + end, State.RAISED, Severity.CRITICAL, end, end), end - 1);
            add(
                    alerts,
                    alert("d" + end, State.RAISED, Severity.WARNING, Source.DETECTOR, end, end + 1),
                    end + 7);
            add(
                    alerts,
                    alert("a" + end, State.ESCALATED, Severity.CRITICAL, end, end + 100),
                    end + 99);
            add(
                    alerts,
                    alert("a" + end, State.RESOLVED, Severity.CRITICAL, end, end + 200),
                    end + 199);
            add(
                    alerts,
                    alert("b" + end, State.RESOLVED, Severity.CRITICAL, end, end + 200),
                    end + 199);
        }
        return alerts;
    }

    private static void add(List<StreamRecord<Alert>> to, Alert alert, long knownAfter) {
        to.add(new StreamRecord<>(alert, knownAfter));
    }

    @Test
    void requestsAreTheSameInAnyOrderAndAfterARestart() throws Exception {
        List<StreamRecord<Alert>> alerts = alerts();
        List<RetrainRequest> inOrder = requests(alerts, -1);
        assertThat(inOrder)
                .extracting(RetrainRequest::requestedMillis)
                .containsExactly(1_000L, 2_000L, 3_100L, 4_100L, 5_200L, 6_200L, 7_300L, 8_300L);
        // The worse one of those that are known at once.
        assertThat(inOrder.get(0).incident()).isEqualTo("b1000");
        var random = new Random(3);
        for (int round = 0; round < 20; round++) {
            Collections.shuffle(alerts, random);
            assertThat(requests(alerts, round * 7)).isEqualTo(inOrder);
        }
    }

    @Test
    void whatHasAskedIsKnownAfterARestart() throws Exception {
        var harness = harness();
        harness.open();
        harness.processElement(alert("a", State.RAISED, Severity.WARNING, 500, 500), 499);
        harness.processWatermark(499);
        assertThat(harness.extractOutputValues()).hasSize(1);
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = harness();
        harness.initializeState(snapshot);
        harness.open();
        harness.processElement(alert("b", State.RAISED, Severity.CRITICAL, 600, 600), 599);
        harness.processElement(alert("a", State.ESCALATED, Severity.CRITICAL, 500, 1_600), 1_599);
        harness.processElement(alert("c", State.RAISED, Severity.WARNING, 1_700, 1_700), 1_699);
        harness.processWatermark(Long.MAX_VALUE);
        assertThat(harness.extractOutputValues())
                .extracting(RetrainRequest::incident)
                .containsExactly("c");
        harness.close();
    }

    private static List<RetrainRequest> requests(List<StreamRecord<Alert>> alerts, int restartAfter)
            throws Exception {
        List<RetrainRequest> requests = new ArrayList<>();
        var harness = harness();
        harness.open();
        for (int i = 0; i < alerts.size(); i++) {
            if (i == restartAfter) {
                OperatorSubtaskState snapshot = harness.snapshot(1, 1);
                harness.close();
                harness = harness();
                harness.initializeState(snapshot);
                harness.open();
            }
            harness.processElement(alerts.get(i));
        }
        harness.processWatermark(Long.MAX_VALUE);
        requests.addAll(harness.extractOutputValues());
        harness.close();
        return requests;
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, Alert, RetrainRequest> harness()
            throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new RetrainFunction(CONFIG)),
                RetrainFunction::keyOf,
                Types.STRING);
    }
}
