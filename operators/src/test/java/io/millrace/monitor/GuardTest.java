package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.monitor.Guard.Verdict;
import io.millrace.record.Alert;
import io.millrace.record.ModelDecision;
import io.millrace.record.ModelDecision.Action;
import io.millrace.record.ModelDecision.Finding;
import io.millrace.record.ModelUpdate;
import io.millrace.record.ModelUpdate.Role;
import io.millrace.record.QualityReport;
import io.millrace.record.Reference;
import io.millrace.spec.GuardSpec;
import io.millrace.spec.GuardSpec.Incident;
import io.millrace.spec.GuardSpec.Loss;
import io.millrace.spec.GuardSpec.RollbackSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GuardTest {
    private static final long WINDOW = 3_600_000;
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long NOW = 100 * DAY;
    private static final long FROM = NOW + 10_000;
    private static final double NONE = Double.NaN;

    private static final ModelUpdate CHAMPION = update("1", Role.CHAMPION, 0, 1);
    private static final ModelUpdate CHALLENGER = update("2", Role.CHALLENGER, 10 * WINDOW, 2);

    private static final RollbackSpec FLOORS = new RollbackSpec(Duration.ofDays(2), 0.9, 0, 0);

    /** What a test may turn on. */
    private static final class Rules {
        private Loss by = Loss.ERRORS;
        private @Nullable Duration within;
        private Incident incident = Incident.CRITICAL;
        private double mostOtherDecisions = 1;
        private double mostRankingLost = 1;
        private double mostMissed = 1;
        private @Nullable RollbackSpec rollback;
        private Duration cooldown = Duration.ZERO;
        private boolean isDryRun;
        private boolean isOff;

        Guard guard() {
            return new Guard(
                    new GuardConfig(
                            new GuardSpec(
                                    by,
                                    0.05,
                                    0.01,
                                    1_000,
                                    3,
                                    within,
                                    !isOff,
                                    !isOff,
                                    incident,
                                    mostOtherDecisions,
                                    mostRankingLost,
                                    mostMissed,
                                    rollback,
                                    cooldown,
                                    1,
                                    isDryRun),
                            1,
                            10));
        }
    }

    private final Rules rules = new Rules();
    private final List<ModelUpdate> announced = new ArrayList<>(List.of(CHAMPION, CHALLENGER));
    private final List<ModelDecision> decided = new ArrayList<>();
    private final List<QualityReport> reports = new ArrayList<>();
    private final List<Alert> alerts = new ArrayList<>();

    private @Nullable Verdict decide() {
        return rules.guard().decide(new Observed(announced, decided, reports, alerts), NOW, FROM);
    }

    private Verdict decided() {
        Verdict verdict = decide();
        assertThat(verdict).isNotNull();
        decided.add(verdict.decision());
        if (verdict.update() != null) {
            announced.add(verdict.update());
        }
        return verdict;
    }

    @Test
    void aBetterChallengerIsPromotedOnceWithItsEvidence() {
        shadows(10, 5, 500, 30, 5);
        Verdict verdict = decided();
        assertThat(verdict.update())
                .isEqualTo(
                        new ModelUpdate(
                                "fraud",
                                "2",
                                "sha256:2",
                                FROM,
                                NOW,
                                "version 2 is better: errors 0.04, the champion's 0.09"));
        ModelDecision decision = verdict.decision();
        assertThat(decision.action()).isEqualTo(Action.PROMOTE);
        assertThat(decision.actor()).isEqualTo("guard");
        assertThat(decision.subject()).isEqualTo("fraud/2/2");
        assertThat(decision.answeredVersion()).isEqualTo("1");
        assertThat(decision.evidence()).isNotNull();
        assertThat(decision.evidence().windows()).isEqualTo(5);
        assertThat(decision.evidence().windowStartMillis()).isEqualTo(10 * WINDOW);
        assertThat(decision.evidence().windowEndMillis()).isEqualTo(15 * WINDOW);
        assertThat(decision.evidence().labelled()).isEqualTo(2_500);
        Finding loss = decision.evidence().findings().get(0);
        assertThat(loss.measure()).isEqualTo("errors");
        assertThat(loss.value()).isEqualTo(0.04);
        assertThat(loss.answered()).isEqualTo(0.09);
        assertThat(loss.p()).isLessThan(0.001);
        assertThat(decide()).isNull();
    }

    @Test
    void aWorseChallengerIsRetired() {
        shadows(10, 5, 500, 5, 30);
        Verdict verdict = decided();
        assertThat(verdict.decision().action()).isEqualTo(Action.RETIRE);
        assertThat(verdict.decision().reason())
                .isEqualTo("version 2 is worse: errors 0.09, the champion's 0.04");
        assertThat(verdict.update()).isNotNull();
        assertThat(verdict.update().role()).isEqualTo(Role.RETIRED);
        assertThat(decide()).isNull();
    }

    @Test
    void nothingIsDecidedUnlessThePipelineSaysSo() {
        rules.isOff = true;
        shadows(10, 5, 500, 30, 5);
        assertThat(decide()).isNull();
        reports.clear();
        shadows(10, 5, 500, 5, 30);
        incident("i", "1", Alert.State.RAISED, 11 * WINDOW);
        assertThat(decide()).isNull();
    }

    @Test
    void twoWindowsOrTooFewLabelsOrAnOpenWindowAreNotEnough() {
        shadows(10, 2, 5_000, 300, 50);
        assertThat(decide()).isNull();
        reports.clear();
        shadows(10, 5, 150, 50, 0);
        assertThat(decide()).isNull();
        reports.clear();
        shadows(10, 5, 500, 30, 5);
        reports.replaceAll(GuardTest::open);
        assertThat(decide()).isNull();
    }

    @Test
    void windowsOfBeforeTheChallengeOrOfAnotherChampionDoNotCount() {
        shadows(5, 5, 500, 30, 5);
        assertThat(decide()).isNull();
        reports.clear();
        shadows(10, 5, 500, 30, 5);
        announced.add(update("3", Role.CHAMPION, 15 * WINDOW, 3));
        assertThat(decide()).isNull();
    }

    @Test
    void aCertainDifferenceThatDoesNotMatterIsNone() {
        // 0.4 % of the champion's loss, of two million rows.
        shadows(10, 5, 400_000, 300, 150);
        reports.replaceAll(report -> withAnswered(report, 40_000));
        assertThat(decide()).isNull();
    }

    @Test
    void anOpenIncidentHoldsAPromotionWhichIsSaidOnceUntilItEnds() {
        shadows(10, 5, 500, 30, 5);
        incident("drift/a", "1", Alert.State.RAISED, 11 * WINDOW);
        Verdict held = decided();
        assertThat(held.decision().action()).isEqualTo(Action.HOLD);
        assertThat(held.decision().reason()).isEqualTo("an incident is open");
        assertThat(held.decision().evidence()).isNotNull();
        assertThat(held.decision().evidence().incidents()).containsExactly("drift/a");
        assertThat(held.update()).isNull();
        assertThat(decide()).isNull();
        incident("drift/a", "1", Alert.State.RESOLVED, 11 * WINDOW);
        assertThat(decided().decision().action()).isEqualTo(Action.PROMOTE);
    }

    @Test
    void anIncidentThatLateRowsWithdrewHoldsNothing() {
        shadows(10, 5, 500, 30, 5);
        incident("drift/a", "1", Alert.State.RAISED, 11 * WINDOW);
        Alert raised = alerts.get(0);
        alerts.add(raised.withdrawn());
        assertThat(decided().decision().action()).isEqualTo(Action.PROMOTE);

        alerts.add(raised.revised(2));
        incident("drift/a", "1", Alert.State.RESOLVED, 12 * WINDOW);
        alerts.add(alerts.get(3).eased(Alert.Severity.WARNING));
        Observed observed = new Observed(announced, decided, reports, alerts);
        assertThat(observed.open("fraud")).containsExactly(raised.revised(2));
    }

    @Test
    void anIncidentOfAVersionThatIsGoneHoldsNothing() {
        shadows(10, 5, 500, 30, 5);
        incident("drift/a", "0", Alert.State.RAISED, 11 * WINDOW);
        assertThat(decided().decision().action()).isEqualTo(Action.PROMOTE);
    }

    @Test
    void whatADetectorFindsHoldsForTheCooldownSinceNothingEndsIt() {
        rules.cooldown = Duration.ofHours(3);
        shadows(10, 5, 500, 30, 5);
        incident("adwin", "1", Alert.State.RAISED, 13 * WINDOW, Alert.Source.DETECTOR);
        assertThat(decided().decision().reason()).isEqualTo("an incident is open");
        shadows(15, 2, 500, 30, 5);
        assertThat(decided().decision().action()).isEqualTo(Action.PROMOTE);
    }

    @Test
    void aPromotionWaitsForTheCooldownAndForAnotherDay() {
        rules.cooldown = Duration.ofDays(200);
        shadows(10, 5, 500, 30, 5);
        assertThat(decided().decision().reason()).isEqualTo("the last promotion is too short ago");
        rules.cooldown = Duration.ZERO;
        decided.add(decision(Action.PROMOTE, "fraud/0/0", "guard", NOW - DAY / 2));
        assertThat(decided().decision().reason()).isEqualTo("there were enough promotions today");
        decided.removeIf(decision -> decision.action() == Action.PROMOTE);
        decided.add(decision(Action.PROMOTE, "fraud/0/0", "guard", NOW - DAY));
        decided.add(decision(Action.PROMOTE, "fraud/9/9", "me@here", NOW - DAY / 2));
        assertThat(decided().decision().action()).isEqualTo(Action.PROMOTE);
    }

    @Test
    void oneThatDecidesOtherwiseTooOftenIsHeld() {
        rules.mostOtherDecisions = 0.05;
        shadows(10, 5, 500, 30, 5);
        assertThat(decided().decision().reason())
                .isEqualTo("it decides otherwise more often than it may");
    }

    @Test
    void oneThatOrdersEventsWorseIsHeld() {
        rules.mostRankingLost = 0.02;
        shadows(10, 5, 500, 30, 5);
        reports.replaceAll(report -> withRanking(report, 0.85, 0.4));
        for (int window = 10; window < 15; window++) {
            reports.add(withRanking(champion("1", window, 500, 400, 100), 0.86, 0.45));
        }
        Verdict held = decided();
        assertThat(held.decision().reason())
                .isEqualTo("it orders events worse than it may, by its average_precision");
        rules.mostRankingLost = 0.06;
        assertThat(decided().decision().action()).isEqualTo(Action.PROMOTE);
    }

    private static QualityReport withRanking(QualityReport report, double auc, double precision) {
        return new QualityReport(
                report.windowStartMillis(),
                report.windowEndMillis(),
                report.revision(),
                report.isFinal(),
                report.modelName(),
                report.modelVersion(),
                report.route(),
                report.segment(),
                report.rows(),
                report.decided(),
                new QualityReport.Labels(500, 1, 0, 0, 0, 0, NONE, NONE, NONE),
                report.confusion(),
                new QualityReport.Measures(NONE, NONE, NONE, NONE, auc),
                report.estimated(),
                report.gap(),
                new QualityReport.Ranking(NONE, precision, NONE, 0, NONE, NONE),
                report.calibration(),
                report.cost(),
                report.paired(),
                report.fairness());
    }

    @Test
    void aPersonHasTheLastWord() {
        shadows(10, 5, 500, 30, 5);
        announced.add(update("2", Role.RETIRED, NOW, 3));
        assertThat(decide()).isNull();
    }

    @Test
    void aPersonWhoChallengesAgainBeginsAgain() {
        shadows(10, 5, 500, 5, 30);
        decided();
        announced.add(update("2", Role.CHALLENGER, 20 * WINDOW, 4));
        assertThat(decide()).isNull();
        shadows(20, 5, 500, 5, 30);
        assertThat(decided().decision().subject()).isEqualTo("fraud/2/4");
    }

    @Test
    void aDryRunAnnouncesNothingAndDoesNotBindARealOne() {
        rules.isDryRun = true;
        shadows(10, 5, 500, 30, 5);
        Verdict verdict = decided();
        assertThat(verdict.update()).isNull();
        assertThat(verdict.decision().isDryRun()).isTrue();
        assertThat(verdict.decision().fromMillis()).isNull();
        assertThat(decide()).isNull();
        rules.isDryRun = false;
        assertThat(decided().update()).isNotNull();
    }

    @Test
    void costsAndProbabilitiesJudgeToo() {
        // Four dear errors fewer a window for thirty cheap ones more: 10 less a window.
        rules.by = Loss.COST;
        for (int i = 0; i < 60; i++) {
            reports.add(
                    shadow(
                            10 + i,
                            500,
                            new QualityReport.Paired(
                                    500,
                                    34,
                                    500,
                                    5,
                                    40,
                                    0,
                                    30,
                                    4,
                                    0,
                                    QualityReport.PairedLoss.NONE,
                                    QualityReport.PairedLoss.NONE)));
        }
        Verdict verdict = decided();
        assertThat(verdict.decision().action()).isEqualTo(Action.PROMOTE);
        assertThat(verdict.decision().reason())
                .isEqualTo("version 2 is better: cost 0.79, the champion's 0.81");

        setUpAgain(Loss.LOG_LOSS);
        for (int i = 0; i < 5; i++) {
            reports.add(
                    shadow(
                            10 + i,
                            500,
                            new QualityReport.Paired(
                                    500,
                                    0,
                                    500,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    new QualityReport.PairedLoss(100, -20, 5),
                                    new QualityReport.PairedLoss(50, 10, 5))));
        }
        assertThat(decided().decision().action()).isEqualTo(Action.RETIRE);
        rules.by = Loss.BRIER;
        announced.add(update("2", Role.CHALLENGER, 10 * WINDOW, 5));
        assertThat(decided().decision().action()).isEqualTo(Action.PROMOTE);
    }

    @Test
    void scoresThatAreNoProbabilitiesProveNothingByLogLoss() {
        rules.by = Loss.LOG_LOSS;
        shadows(10, 5, 500, 30, 5);
        assertThat(decide()).isNull();
    }

    @Test
    void oneThatLeavesEventsUnscoredIsRetiredEvenIfItScoresNone() {
        rules.mostMissed = 0.1;
        for (int window = 10; window < 15; window++) {
            reports.add(champion("1", window, 500, 0, 0));
        }
        Verdict verdict = decided();
        assertThat(verdict.decision().action()).isEqualTo(Action.RETIRE);
        assertThat(verdict.decision().reason())
                .isEqualTo("version 2 leaves 1 of the events unscored; it may leave 0.1");
    }

    @Test
    void oneThatScoresAlmostAllIsNot() {
        rules.mostMissed = 0.1;
        for (int window = 10; window < 30; window++) {
            reports.add(champion("1", window, 500, 0, 0));
            reports.add(shadow(window, 460, QualityReport.Paired.NONE));
        }
        assertThat(decide()).isNull();
    }

    @Test
    void oneThatIsNoBetterWithinItsTimeIsRetired() {
        rules.within = Duration.ofDays(1);
        shadows(10, 24, 500, 5, 5);
        reports.add(champion("1", 33, 500, 0, 0));
        assertThat(decide()).isNull();
        reports.add(champion("1", 34, 500, 0, 0));
        assertThat(decided().decision().reason())
                .isEqualTo("version 2 is no better within its time");
    }

    @Test
    void anIncidentOfItsOwnRetiresAChallengerWhereItIsSevere() {
        incident("gap", "2", Alert.State.RAISED, 9 * WINDOW);
        assertThat(decide()).as("of before the challenge").isNull();
        alerts.clear();
        rules.incident = Incident.NEVER;
        incident("gap", "2", Alert.State.RAISED, 12 * WINDOW);
        assertThat(decide()).isNull();
        rules.incident = Incident.CRITICAL;
        Verdict verdict = decided();
        assertThat(verdict.decision().action()).isEqualTo(Action.RETIRE);
        assertThat(verdict.decision().reason())
                .isEqualTo("version 2 has an incident: something is wrong");
    }

    @Test
    void aChampionThatBreachesAFloorIsRolledBackOnce() {
        rules.rollback = FLOORS;
        announced.add(update("3", Role.CHAMPION, 20 * WINDOW, 3));
        for (int window = 20; window < 25; window++) {
            reports.add(champion("3", window, 500, 400, 100));
        }
        Verdict verdict = decided();
        assertThat(verdict.decision().action()).isEqualTo(Action.ROLL_BACK);
        assertThat(verdict.decision().version()).isEqualTo("1");
        assertThat(verdict.decision().answeredVersion()).isEqualTo("3");
        assertThat(verdict.decision().reason())
                .isEqualTo("the accuracy of version 3 is 0.8, and must be at least 0.9");
        assertThat(verdict.update()).isNotNull();
        assertThat(verdict.update().version()).isEqualTo("1");
        assertThat(verdict.update().digest()).isEqualTo("sha256:1");
        assertThat(decide()).isNull();
        // A person insists.
        announced.add(update("3", Role.CHAMPION, 30 * WINDOW, 9));
        for (int window = 30; window < 35; window++) {
            reports.add(champion("3", window, 500, 400, 100));
        }
        assertThat(decide()).isNull();
    }

    @Test
    void aChampionIsRolledBackSoonAfterItsPromotionOnly() {
        rules.rollback = FLOORS;
        announced.add(update("3", Role.CHAMPION, 20 * WINDOW, 3));
        for (int window = 68; window < 80; window++) {
            reports.add(champion("3", window, 500, 400, 100));
        }
        incident("late", "3", Alert.State.RAISED, 68 * WINDOW);
        assertThat(decide()).isNull();
        incident("soon", "3", Alert.State.RAISED, 67 * WINDOW);
        assertThat(decided().decision().reason())
                .isEqualTo("version 3 has an incident: something is wrong");
    }

    @Test
    void theFirstVersionIsNeverRolledBack() {
        rules.rollback = FLOORS;
        for (int window = 0; window < 5; window++) {
            reports.add(champion("1", window, 500, 0, 500));
        }
        incident("i", "1", Alert.State.RAISED, WINDOW);
        assertThat(decide()).isNull();
    }

    /** Looks after each window, as it runs: the same at every look, and right in the end. */
    @Test
    void challengersThatAreNoBetterAreAlmostNeverPromotedInAHundredLooks() {
        var random = new Random(4);
        int promoted = 0;
        int retired = 0;
        for (int run = 0; run < 200; run++) {
            setUpAgain(Loss.ERRORS);
            Verdict verdict = null;
            for (int window = 10; window < 110 && verdict == null; window++) {
                int fewer = 0;
                int more = 0;
                for (int i = 0; i < 20; i++) {
                    if (random.nextBoolean()) {
                        fewer++;
                    } else {
                        more++;
                    }
                }
                reports.add(shadow(window, 500, errors(500, fewer, more)));
                verdict = decide();
            }
            if (verdict != null) {
                promoted += verdict.decision().action() == Action.PROMOTE ? 1 : 0;
                retired += verdict.decision().action() == Action.RETIRE ? 1 : 0;
            }
        }
        assertThat(promoted + retired).isLessThanOrEqualTo(10);
    }

    @Test
    void theSameWindowsMakeTheSameDecisionHoweverTheyCome() {
        shadows(10, 8, 500, 30, 5);
        Verdict expected = decide();
        var random = new Random(5);
        for (int i = 0; i < 20; i++) {
            java.util.Collections.shuffle(reports, random);
            // A replay says it all again.
            reports.addAll(List.copyOf(reports.subList(0, 3)));
            assertThat(decide()).isEqualTo(expected);
        }
    }

    private void setUpAgain(Loss by) {
        rules.by = by;
        announced.clear();
        announced.addAll(List.of(CHAMPION, CHALLENGER));
        decided.clear();
        reports.clear();
        alerts.clear();
    }

    private void shadows(int from, int windows, int rows, int fewer, int more) {
        for (int window = from; window < from + windows; window++) {
            reports.add(shadow(window, rows, errors(rows, fewer, more)));
        }
    }

    /** Of 40 wrong answers beside {@code fewer}; half of the difference is of positives. */
    private static QualityReport.Paired errors(int rows, int fewer, int more) {
        return new QualityReport.Paired(
                rows,
                fewer + more,
                rows,
                15,
                fewer,
                0,
                more,
                fewer,
                0,
                QualityReport.PairedLoss.NONE,
                QualityReport.PairedLoss.NONE);
    }

    private static QualityReport withAnswered(QualityReport report, long falsePositives) {
        var paired = report.paired();
        return shadow(
                (int) (report.windowStartMillis() / WINDOW),
                paired.rows(),
                new QualityReport.Paired(
                        paired.rows(),
                        paired.otherDecisions(),
                        paired.labelled(),
                        falsePositives,
                        paired.answeredFalseNegatives(),
                        paired.fewerFalsePositives(),
                        paired.moreFalsePositives(),
                        paired.fewerFalseNegatives(),
                        paired.moreFalseNegatives(),
                        paired.logLoss(),
                        paired.squaredError()));
    }

    private static QualityReport shadow(int window, long rows, QualityReport.Paired paired) {
        return report("2", "SHADOW", window, rows, 0, 0, true, paired);
    }

    private static QualityReport champion(
            String version, int window, long rows, long right, long wrong) {
        return report(
                version, "CHAMPION", window, rows, right, wrong, true, QualityReport.Paired.NONE);
    }

    private static QualityReport open(QualityReport report) {
        return report(
                report.modelVersion(),
                report.route(),
                (int) (report.windowStartMillis() / WINDOW),
                report.rows(),
                0,
                0,
                false,
                report.paired());
    }

    private static QualityReport report(
            String version,
            String route,
            int window,
            long rows,
            long right,
            long wrong,
            boolean isFinal,
            QualityReport.Paired paired) {
        return new QualityReport(
                window * WINDOW,
                (window + 1) * WINDOW,
                0,
                isFinal,
                "fraud",
                version,
                route,
                "",
                rows,
                0,
                new QualityReport.Labels(right + wrong, 1, 0, 0, 0, 0, NONE, NONE, NONE),
                new QualityReport.Confusion(0, wrong, right, 0),
                QualityReport.Measures.NONE,
                QualityReport.Measures.NONE,
                QualityReport.Measures.NONE,
                new QualityReport.Ranking(NONE, NONE, NONE, 0, NONE, NONE),
                new QualityReport.Calibration(NONE, NONE, NONE, List.of()),
                0,
                paired,
                QualityReport.Fairness.NONE);
    }

    private void incident(String name, String version, Alert.State state, long since) {
        incident(name, version, state, since, Alert.Source.QUALITY);
    }

    private void incident(
            String name, String version, Alert.State state, long since, Alert.Source source) {
        alerts.add(
                new Alert(
                        name,
                        state,
                        Alert.Severity.CRITICAL,
                        source,
                        since - WINDOW,
                        since,
                        since,
                        "fraud",
                        version,
                        "",
                        500,
                        Reference.NONE,
                        "something is wrong",
                        List.of()));
    }

    private static ModelUpdate update(String version, Role role, long from, long announced) {
        return new ModelUpdate(
                "fraud", version, "sha256:" + version, role, 0, from, announced, "a test");
    }

    private static ModelDecision decision(
            Action action, String subject, String actor, long decided) {
        return new ModelDecision(
                action,
                actor,
                "",
                false,
                subject,
                "fraud",
                "0",
                "sha256:0",
                0,
                "",
                decided,
                null,
                null);
    }
}
