package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Alert;
import io.millrace.record.Alert.Severity;
import io.millrace.record.Alert.Source;
import io.millrace.record.Alert.State;
import io.millrace.record.Reference;
import io.millrace.record.RetrainRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetrainingTest {
    private static final long WINDOW = 100;
    private static final long SLIDE = 50;
    private static final RetrainConfig CONFIG =
            new RetrainConfig(
                    Severity.WARNING,
                    List.of(Source.values()),
                    WINDOW,
                    SLIDE,
                    3,
                    0,
                    0.25,
                    1_000,
                    7);

    private final List<RetrainRequest> requests = new ArrayList<>();
    private Retraining retraining = new Retraining(CONFIG);
    private @Nullable RetrainState state;
    private int heldBack;

    private void see(Alert alert, long knownMillis) {
        var step = retraining.apply(state, alert, knownMillis);
        state = step.state();
        heldBack += step.isHeldBack() ? 1 : 0;
        if (step.request() != null) {
            requests.add(step.request());
        }
    }

    private void see(Alert alert) {
        see(alert, alert.windowEndMillis());
    }

    static Alert alert(String incident, State state, Severity severity, long since, long end) {
        return alert(incident, state, severity, Source.DRIFT, since, end);
    }

    static Alert alert(
            String incident, State state, Severity severity, Source source, long since, long end) {
        return new Alert(
                incident,
                state,
                severity,
                source,
                end - WINDOW,
                end,
                since,
                "fraud",
                "7",
                "web",
                1_000,
                new Reference("sha256:ab", ""),
                incident + " is worse",
                List.of(
                        new Alert.Culprit(
                                "AMOUNT", "MISSING", "m", 0.5, 0.1, 0.01, 0.02, 2, List.of())));
    }

    @Test
    void anIncidentAsksOnceForWhatTheModelHasNotLearned() {
        see(alert("a", State.RAISED, Severity.WARNING, 5_000, 5_000));
        see(alert("a", State.ESCALATED, Severity.CRITICAL, 5_000, 9_000));
        see(alert("a", State.RESOLVED, Severity.CRITICAL, 5_000, 9_100));

        assertThat(requests).hasSize(1);
        RetrainRequest request = requests.get(0);
        assertThat(request.modelName()).isEqualTo("fraud");
        assertThat(request.modelVersion()).isEqualTo("7");
        assertThat(request.segment()).isEqualTo("web");
        assertThat(request.incident()).isEqualTo("a");
        assertThat(request.source()).isEqualTo(Source.DRIFT);
        assertThat(request.severity()).isEqualTo(Severity.WARNING);
        assertThat(request.referenceVersion()).isEqualTo("sha256:ab");
        assertThat(request.summary()).isEqualTo("a is worse");
        assertThat(request.culprits()).extracting(Alert.Culprit::name).containsExactly("AMOUNT");
        // Three windows of 100, each 50 after the one before, end at 5,000.
        assertThat(request.trainFromMillis()).isEqualTo(4_800);
        assertThat(request.holdOutFromMillis()).isEqualTo(4_950);
        assertThat(request.holdOutToMillis()).isEqualTo(5_000);
        assertThat(request.labelsUntilMillis()).isEqualTo(5_007);
        assertThat(request.requestedMillis()).isEqualTo(5_000);
        assertThat(heldBack).isZero();
        assertThat(state).isEqualTo(new RetrainState(5_000, List.of()));
    }

    @Test
    void anIncidentThatWasTooMildAsksWhenItIsWorseForAllSinceItBegan() {
        retraining =
                new Retraining(
                        new RetrainConfig(
                                Severity.CRITICAL,
                                List.of(Source.DRIFT),
                                WINDOW,
                                WINDOW,
                                3,
                                2_000,
                                0,
                                0,
                                -1));
        see(alert("a", State.RAISED, Severity.WARNING, 5_000, 5_000));
        assertThat(requests).isEmpty();
        see(alert("a", State.ESCALATED, Severity.CRITICAL, 5_000, 5_400));
        assertThat(requests).hasSize(1);
        assertThat(requests.get(0).trainFromMillis()).isEqualTo(5_000 - 300 - 2_000);
        assertThat(requests.get(0).holdOutFromMillis()).isEqualTo(5_400);
        assertThat(requests.get(0).holdOutToMillis()).isEqualTo(5_400);
        assertThat(requests.get(0).labelsUntilMillis()).isNull();
    }

    @Test
    void aVersionThatHasAskedDoesNotAskAgainSoSoon() {
        see(alert("a", State.RAISED, Severity.WARNING, 5_000, 5_000));
        see(alert("b", State.RAISED, Severity.CRITICAL, 5_999, 5_999));
        assertThat(heldBack).isEqualTo(1);
        see(alert("c", State.RAISED, Severity.WARNING, 6_000, 6_000));
        assertThat(requests).extracting(RetrainRequest::incident).containsExactly("a", "c");
        see(alert("b", State.ESCALATED, Severity.CRITICAL, 5_999, 7_000));
        assertThat(requests).extracting(RetrainRequest::incident).containsExactly("a", "c", "b");
        assertThat(state).isEqualTo(new RetrainState(7_000, List.of("a", "c", "b")));
    }

    @Test
    void onlyTheSourcesThatWereNamedAsk() {
        retraining =
                new Retraining(
                        new RetrainConfig(
                                Severity.WARNING,
                                List.of(Source.QUALITY),
                                WINDOW,
                                SLIDE,
                                3,
                                0,
                                0.25,
                                1_000,
                                7));
        see(alert("a", State.RAISED, Severity.CRITICAL, 5_000, 5_000));
        see(alert("d", State.RAISED, Severity.WARNING, Source.DETECTOR, 5_000, 5_001));
        assertThat(requests).isEmpty();
        see(alert("q", State.RAISED, Severity.WARNING, Source.QUALITY, 5_000, 5_000), 5_007);
        assertThat(requests).hasSize(1);
        // Windows of quality follow each other: three of them.
        assertThat(requests.get(0).trainFromMillis()).isEqualTo(4_700);
        assertThat(requests.get(0).requestedMillis()).isEqualTo(5_007);
    }

    @Test
    void whatLateRowsShowAsksForNothing() {
        see(alert("a", State.RAISED, Severity.WARNING, 5_000, 5_000));
        see(alert("a", State.RAISED, Severity.WARNING, 5_000, 5_000).withdrawn(), 5_300);
        assertThat(state).isEqualTo(new RetrainState(5_000, List.of()));
        see(alert("a", State.RAISED, Severity.CRITICAL, 5_000, 5_000).revised(2), 9_000);
        assertThat(requests).hasSize(1);
        assertThat(state).isEqualTo(new RetrainState(5_000, List.of()));
    }

    @Test
    void ofWhatDetectorsFindNothingIsRememberedButTheTime() {
        for (long at = 10_000; at < 50_000; at += 2_000) {
            see(
                    alert("d" + at, State.RAISED, Severity.WARNING, Source.DETECTOR, at, at + 1),
                    at + 8);
        }
        assertThat(requests).hasSize(20);
        assertThat(requests.get(0).trainFromMillis()).isEqualTo(9_700);
        assertThat(requests.get(0).holdOutToMillis()).isEqualTo(10_001);
        assertThat(state).isEqualTo(new RetrainState(48_008, List.of()));
    }
}
