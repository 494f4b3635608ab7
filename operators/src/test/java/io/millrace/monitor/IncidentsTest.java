package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.record.Alert;
import io.millrace.record.Alert.Severity;
import io.millrace.record.Alert.State;
import io.millrace.record.Distances;
import io.millrace.record.DriftReport;
import io.millrace.record.FeatureDrift;
import io.millrace.record.FeatureDrift.Bin;
import io.millrace.record.FeatureDrift.Cause;
import io.millrace.record.FeatureDrift.Contributor;
import io.millrace.record.Reference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IncidentsTest {
    private static final DriftRule RULE =
            new DriftRule(200, 0.01, 0.06, 0.05, 0.01, 0.02, 2, 3, 10);

    private final Incidents incidents = new Incidents(RULE);
    private final List<Alert> alerts = new ArrayList<>();
    private @Nullable IncidentState state;
    private long now;

    /** One window in which features have these distances; those above the limit have drifted. */
    private void window(long rows, double... ks) {
        var features = new ArrayList<FeatureDrift>();
        for (int i = 0; i < ks.length; i++) {
            features.add(feature("f" + i, ks[i]));
        }
        window(rows, features);
    }

    private void window(long rows, List<FeatureDrift> features) {
        now++;
        var step =
                incidents.apply(
                        state,
                        new DriftReport(
                                now - 1,
                                now,
                                0,
                                "fraud",
                                "1",
                                "web",
                                rows,
                                new Reference("sha256:ab", "web"),
                                DriftReport.Status.COMPARED,
                                "",
                                0,
                                1,
                                features,
                                List.of("event-" + now)));
        state = step.state();
        alerts.addAll(step.alerts());
    }

    private void windows(int count, double... ks) {
        for (int i = 0; i < count; i++) {
            window(1_000, ks);
        }
    }

    private static FeatureDrift feature(String name, double ks) {
        double none = Double.NaN;
        var distances =
                new Distances(
                        none, none, none, none, none, ks, none, none, none, none, none, none, none,
                        none, none, none, none, 0);
        return new FeatureDrift(
                name,
                FeatureDrift.Role.FEATURE,
                FeatureDrift.Kind.NUMERIC,
                FeatureDrift.Status.COMPARED,
                new FeatureDrift.Summary(1_000, 0, 0, 1, 0, 1, 0, 0),
                distances,
                Distances.NONE,
                0.0001,
                0.0002,
                ks > RULE.ks() ? List.of(Cause.DISTRIBUTION) : List.of(),
                List.of(new Bin("1", 10, 0.5, 0.01), new Bin("inf", 20, 0.5, 0.03)));
    }

    @Test
    void oneWindowIsNoIncidentAndTwoOfThreeAre() {
        windows(1, 0.1);
        windows(1, 0);
        assertThat(alerts).isEmpty();
        windows(1, 0.1);

        assertThat(alerts)
                .singleElement()
                .returns(State.RAISED, Alert::state)
                .returns(Severity.WARNING, Alert::severity)
                .returns("drift/fraud/1/web/3", Alert::incident)
                .returns(
                        "f0 has drifted: its ks is 0.100, and must be at most 0.0600",
                        Alert::summary);
        assertThat(alerts.get(0).eventIds()).containsExactly("event-3");
        assertThat(alerts.get(0).culprits())
                .singleElement()
                .returns(2, Alert.Culprit::windows)
                .returns(0.06, Alert.Culprit::limit)
                .extracting(culprit -> culprit.bins().get(0).label())
                .isEqualTo("inf");
    }

    @Test
    void errorsAreBlamedOnTheFirstFiveOfTheFeaturesThatTheyAreMadeOf() {
        var made = new ArrayList<Contributor>();
        for (int i = 0; i < 7; i++) {
            made.add(new Contributor("f" + i, 0.2, 0.1));
        }
        FeatureDrift one = feature("reconstruction", 0.1);
        var errors =
                new FeatureDrift(
                        one.name(),
                        FeatureDrift.Role.RECONSTRUCTION,
                        one.kind(),
                        one.status(),
                        one.current(),
                        one.fromReference(),
                        one.fromPrevious(),
                        one.p(),
                        one.q(),
                        List.of(Cause.DISTRIBUTION, Cause.MISSING),
                        one.bins(),
                        made);
        window(1_000, List.of(errors));
        window(1_000, List.of(errors));

        assertThat(alerts.get(0).culprits())
                .extracting(Alert.Culprit::cause, Alert.Culprit::contributors)
                .containsExactly(
                        tuple("DISTRIBUTION", made.subList(0, 5)), tuple("MISSING", List.of()));
    }

    @Test
    void anIncidentThatLastsIsToldOnce() {
        windows(20, 0.1);

        assertThat(alerts).extracting(Alert::state).containsExactly(State.RAISED);
    }

    @Test
    void anotherFeatureJoinsTheIncidentAndTheWorstIsFirst() {
        windows(2, 0.1, 0);
        windows(2, 0.1, 0.3);

        assertThat(alerts)
                .extracting(Alert::state, Alert::severity)
                .containsExactly(
                        tuple(State.RAISED, Severity.WARNING),
                        tuple(State.ESCALATED, Severity.CRITICAL));
        assertThat(alerts).extracting(Alert::incident).containsOnly("drift/fraud/1/web/2");
        assertThat(alerts.get(1).culprits())
                .extracting(Alert.Culprit::name)
                .containsExactly("f1", "f0");
        assertThat(alerts.get(1).summary()).endsWith("; 1 more");
    }

    @Test
    void anEffectThatBecomesLargeEscalates() {
        windows(2, 0.1);
        windows(3, 0.2);

        assertThat(alerts)
                .extracting(Alert::severity)
                .containsExactly(Severity.WARNING, Severity.CRITICAL);
    }

    @Test
    void anIncidentEndsAfterThreeQuietWindowsAndIsNotOpenedAgainSoon() {
        windows(2, 0.1);
        windows(2, 0);
        assertThat(alerts).hasSize(1);
        windows(1, 0);
        assertThat(alerts).extracting(Alert::state).containsExactly(State.RAISED, State.RESOLVED);
        windows(4, 0.1);
        assertThat(alerts).hasSize(2);
        windows(10, 0.1);
        assertThat(alerts)
                .extracting(Alert::state)
                .containsExactly(State.RAISED, State.RESOLVED, State.RAISED);
    }

    @Test
    void whatIsWorseDoesNotWaitForTheCooldown() {
        windows(2, 0.1);
        windows(3, 0);
        windows(2, 0.3);

        assertThat(alerts)
                .extracting(Alert::state)
                .containsExactly(State.RAISED, State.RESOLVED, State.RAISED);
    }

    @Test
    void aWindowOfFewRowsSaysNothing() {
        windows(1, 0.1);
        window(199, 0.1);
        window(199, 0.1);
        assertThat(alerts).isEmpty();
        windows(1, 0.1);
        window(199, 0);
        window(199, 0);
        window(199, 0);
        assertThat(alerts).extracting(Alert::state).containsExactly(State.RAISED);
    }

    @Test
    void nothingIsRememberedOfWhatHasNotDriftedLately() {
        windows(1, 0.1, 0, 0);
        windows(3, 0, 0, 0);

        assertThat(state).isNotNull();
        assertThat(state.watches()).isEmpty();
    }
}
