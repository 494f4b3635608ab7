package io.millrace.monitor;

import io.millrace.record.Alert;
import io.millrace.record.ModelDecision;
import io.millrace.record.ModelDecision.Action;
import io.millrace.record.ModelDecision.Evidence;
import io.millrace.record.ModelDecision.Finding;
import io.millrace.record.ModelUpdate;
import io.millrace.record.ModelUpdate.Role;
import io.millrace.record.QualityReport;
import io.millrace.record.Score.Route;
import io.millrace.spec.GuardSpec;
import io.millrace.spec.GuardSpec.Incident;
import io.millrace.spec.GuardSpec.RollbackSpec;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decides about model versions as the pipeline says, by what its topics tell: rolls the champion
 * back, retires the challenger, or promotes it, in this order, one thing at a time.
 *
 * <p>Only final windows tell how right scores are: labels of one kind come sooner than others, so
 * an open window is no fair sample. A challenge, or a version's first time as champion, is decided
 * once: what the audit says was decided is not decided again.
 */
public final class Guard {
    /** Who decides, as the audit has it. */
    public static final String ACTOR = "guard";

    private static final long DAY = Duration.ofDays(1).toMillis();

    private final GuardSpec rules;
    private final Judged.Costs costs;

    public Guard(GuardConfig config) {
        rules = config.rules();
        costs = config.costs();
    }

    /**
     * What is decided.
     *
     * @param decision the line for the audit
     * @param update what to announce; null where nothing is to be done
     */
    public record Verdict(ModelDecision decision, @Nullable ModelUpdate update) {}

    /**
     * The next decision, or null where there is none to make.
     *
     * @param nowMillis when it is made, epoch milliseconds
     * @param fromMillis the first event time for which it is to hold
     */
    public @Nullable Verdict decide(Observed all, long nowMillis, long fromMillis) {
        Observed observed = all.byGuard(rules.isDryRun());
        ModelUpdate champion = observed.champion();
        if (champion == null) {
            return null;
        }
        var look = new Look(observed, champion, nowMillis, fromMillis);
        Verdict verdict = rollBack(look);
        ModelUpdate challenger = observed.challenger();
        if (verdict == null && challenger != null && !isOver(observed, challenger)) {
            verdict = retire(look, challenger);
            if (verdict == null) {
                verdict = promote(look, challenger);
            }
        }
        return verdict;
    }

    /** One look at what is observed. */
    private record Look(Observed observed, ModelUpdate champion, long nowMillis, long fromMillis) {

        Verdict verdict(
                Action action,
                ModelUpdate of,
                ModelUpdate subject,
                String reason,
                Evidence evidence,
                boolean isDryRun) {
            Role role = action == Action.RETIRE ? Role.RETIRED : Role.CHAMPION;
            boolean isDone = action != Action.HOLD && !isDryRun;
            var update =
                    new ModelUpdate(
                            of.model(),
                            of.version(),
                            of.digest(),
                            role,
                            0,
                            fromMillis,
                            nowMillis,
                            reason);
            var decision =
                    new ModelDecision(
                            action,
                            ACTOR,
                            reason,
                            isDryRun,
                            ModelDecision.subject(subject),
                            of.model(),
                            of.version(),
                            of.digest(),
                            0,
                            champion.version(),
                            nowMillis,
                            isDone ? fromMillis : null,
                            evidence);
            return new Verdict(decision, isDone ? update : null);
        }
    }

    private static boolean isOver(Observed observed, ModelUpdate challenger) {
        String subject = ModelDecision.subject(challenger);
        return observed.isDecided(subject, Action.PROMOTE, null)
                || observed.isDecided(subject, Action.RETIRE, null);
    }

    private @Nullable Verdict rollBack(Look look) {
        RollbackSpec rollback = rules.rollback();
        ModelUpdate champion = look.champion;
        ModelUpdate before = look.observed.beforeChampion();
        if (rollback == null
                || before == null
                || look.observed.isDecided(
                        ModelDecision.subject(champion), Action.ROLL_BACK, null)) {
            return null;
        }
        long until = champion.fromMillis() + rollback.within().toMillis();
        SortedMap<Long, QualityReport> windows =
                look.observed
                        .windows(champion, Route.CHAMPION, champion.fromMillis(), true)
                        .headMap(until);
        List<Finding> breached = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        int floors = floors(rollback);
        for (Floor floor : Floor.values()) {
            Finding finding = finding(floor, floor.of(rollback), windows.values(), floors);
            if (finding != null) {
                findings.add(finding);
                if (finding.p() <= finding.alpha()) {
                    breached.add(finding);
                }
            }
        }
        List<Alert> incidents =
                severe(look.observed, champion).stream()
                        .filter(incident -> incident.sinceMillis() < until)
                        .toList();
        if (breached.isEmpty() && incidents.isEmpty()) {
            return null;
        }
        String reason =
                incidents.isEmpty()
                        ? "the %s of version %s is %s, and must be at least %s"
                                .formatted(
                                        breached.get(0).measure(),
                                        champion.version(),
                                        number(breached.get(0).value()),
                                        number(breached.get(0).limit()))
                        : incident(champion, incidents);
        return look.verdict(
                Action.ROLL_BACK,
                before,
                champion,
                reason,
                evidence(windows.values(), findings, incidents),
                rules.isDryRun());
    }

    /** What a champion must not fall below. */
    private enum Floor {
        ACCURACY,
        PRECISION,
        RECALL;

        double of(RollbackSpec rollback) {
            return switch (this) {
                case ACCURACY -> rollback.accuracy();
                case PRECISION -> rollback.precision();
                case RECALL -> rollback.recall();
            };
        }

        long rows(QualityReport report) {
            var confusion = report.confusion();
            return this == ACCURACY
                    ? confusion.truePositives() + confusion.trueNegatives()
                    : confusion.truePositives();
        }

        long of(QualityReport report) {
            var confusion = report.confusion();
            return switch (this) {
                case ACCURACY -> confusion.positives() + confusion.negatives();
                case PRECISION -> confusion.truePositives() + confusion.falsePositives();
                case RECALL -> confusion.positives();
            };
        }

        String word() {
            return switch (this) {
                case ACCURACY -> "accuracy";
                case PRECISION -> "precision";
                case RECALL -> "recall";
            };
        }
    }

    private static int floors(RollbackSpec rollback) {
        int floors = 0;
        for (Floor floor : Floor.values()) {
            floors += floor.of(rollback) > 0 ? 1 : 0;
        }
        return floors;
    }

    /** Null where there is no such floor, or too little to tell. */
    private @Nullable Finding finding(
            Floor floor, double least, Collection<QualityReport> windows, int floors) {
        if (least == 0) {
            return null;
        }
        var test = new ShareTest(least);
        long rows = 0;
        long of = 0;
        long labelled = 0;
        int looks = 0;
        for (QualityReport window : windows) {
            rows += floor.rows(window);
            of += floor.of(window);
            labelled += window.labels().labelled();
            looks++;
            if (looks >= rules.windows() && labelled >= rules.minLabelled()) {
                test.look(rows, of);
            }
        }
        return new Finding(
                floor.word(),
                (double) rows / of,
                Double.NaN,
                least,
                of,
                test.p(),
                // Each floor may be breached by chance (Bonferroni).
                rules.alpha() / floors);
    }

    private @Nullable Verdict retire(Look look, ModelUpdate challenger) {
        if (!rules.isRetiring()) {
            return null;
        }
        List<Alert> incidents = severe(look.observed, challenger);
        Judged judged = judge(look, challenger);
        Finding missed = missed(look, challenger);
        List<Finding> findings = new ArrayList<>(judged.evidence().findings());
        if (missed != null) {
            findings.add(missed);
        }
        Evidence by = judged.evidence();
        String reason = null;
        if (!incidents.isEmpty()) {
            reason = incident(challenger, incidents);
        } else if (missed != null && missed.p() <= missed.alpha()) {
            reason =
                    "version %s leaves %s of the events unscored; it may leave %s"
                            .formatted(
                                    challenger.version(),
                                    number(missed.value()),
                                    number(missed.limit()));
        } else if (judged.isWorse()) {
            reason = "version %s is worse: %s".formatted(challenger.version(), compared(by));
        } else if (isOverdue(look, challenger, judged)) {
            reason = "version %s is no better within its time".formatted(challenger.version());
        }
        return reason == null
                ? null
                : look.verdict(
                        Action.RETIRE,
                        challenger,
                        challenger,
                        reason,
                        new Evidence(
                                by.windowStartMillis(),
                                by.windowEndMillis(),
                                by.windows(),
                                by.labelled(),
                                findings,
                                names(incidents)),
                        rules.isDryRun());
    }

    private boolean isOverdue(Look look, ModelUpdate challenger, Judged judged) {
        Duration within = rules.within();
        return within != null
                && !judged.isBetter()
                && look.observed
                                .windows(
                                        look.champion,
                                        Route.CHAMPION,
                                        challenger.fromMillis() + within.toMillis(),
                                        true)
                                .size()
                        > 0;
    }

    private Judged judge(Look look, ModelUpdate challenger) {
        return Judged.of(
                rules,
                costs,
                look.observed
                        .windows(challenger, Route.SHADOW, sinceBoth(look, challenger), true)
                        .values());
    }

    private static long sinceBoth(Look look, ModelUpdate challenger) {
        return Math.max(challenger.fromMillis(), look.champion.fromMillis());
    }

    /**
     * How many of the events that the champion answers the challenger has not scored. Of a window
     * that the champion's next but one follows: by then the challenger's report is there, where
     * there is one.
     */
    private @Nullable Finding missed(Look look, ModelUpdate challenger) {
        if (rules.mostMissed() == 1) {
            return null;
        }
        long since = sinceBoth(look, challenger);
        var answered = look.observed.windows(look.champion, Route.CHAMPION, since, false);
        var scored = look.observed.windows(challenger, Route.SHADOW, since, false);
        var test = new ShareTest(1 - rules.mostMissed());
        long rows = 0;
        long of = 0;
        int settled = answered.size() - 2;
        for (QualityReport window : answered.values()) {
            if (settled-- <= 0) {
                break;
            }
            QualityReport shadow = scored.get(window.windowStartMillis());
            of += window.rows();
            rows += shadow == null ? 0 : Math.min(shadow.rows(), window.rows());
            if (of >= rules.minLabelled()) {
                test.look(rows, of);
            }
        }
        return of == 0
                ? null
                : new Finding(
                        "missed",
                        1 - (double) rows / of,
                        Double.NaN,
                        rules.mostMissed(),
                        of,
                        test.p(),
                        rules.alpha());
    }

    private @Nullable Verdict promote(Look look, ModelUpdate challenger) {
        if (!rules.isPromoting()) {
            return null;
        }
        Judged judged = judge(look, challenger);
        if (!judged.isBetter()) {
            return null;
        }
        List<Alert> open = pausing(look, challenger);
        List<Finding> ranking = ranking(look, challenger);
        Evidence by = judged.evidence();
        List<Finding> findings = new ArrayList<>(by.findings());
        findings.addAll(ranking);
        var evidence =
                new Evidence(
                        by.windowStartMillis(),
                        by.windowEndMillis(),
                        by.windows(),
                        by.labelled(),
                        findings,
                        names(open));
        String held = held(look, judged, ranking, open);
        if (held != null) {
            boolean isSaid =
                    look.observed.isDecided(ModelDecision.subject(challenger), Action.HOLD, held);
            return isSaid
                    ? null
                    : look.verdict(
                            Action.HOLD, challenger, challenger, held, evidence, rules.isDryRun());
        }
        return look.verdict(
                Action.PROMOTE,
                challenger,
                challenger,
                "version %s is better: %s".formatted(challenger.version(), compared(by)),
                evidence,
                rules.isDryRun());
    }

    /** The AUC and the average precision of both, of the final windows that both have. */
    private List<Finding> ranking(Look look, ModelUpdate challenger) {
        long since = sinceBoth(look, challenger);
        var theirs = look.observed.windows(look.champion, Route.CHAMPION, since, true);
        var its = look.observed.windows(challenger, Route.SHADOW, since, true);
        return List.of(
                ranking("auc", report -> report.realised().auc(), its, theirs),
                ranking(
                        "average_precision",
                        report -> report.ranking().averagePrecision(),
                        its,
                        theirs));
    }

    /** A mean over windows, each weighing as much as it has labels. */
    private Finding ranking(
            String measure,
            ToDoubleFunction<QualityReport> figure,
            SortedMap<Long, QualityReport> its,
            SortedMap<Long, QualityReport> theirs) {
        double sum = 0;
        double sumOfTheirs = 0;
        long labelled = 0;
        for (QualityReport report : its.values()) {
            QualityReport other = theirs.get(report.windowStartMillis());
            double value = figure.applyAsDouble(report);
            double others = other == null ? Double.NaN : figure.applyAsDouble(other);
            if (!Double.isNaN(value) && !Double.isNaN(others)) {
                long weight = report.labels().labelled();
                sum += weight * value;
                sumOfTheirs += weight * others;
                labelled += weight;
            }
        }
        return new Finding(
                measure,
                sum / labelled,
                sumOfTheirs / labelled,
                rules.mostRankingLost(),
                labelled,
                Double.NaN,
                Double.NaN);
    }

    private static String compared(Evidence by) {
        Finding loss = by.findings().get(0);
        return "%s %s, the champion's %s"
                .formatted(loss.measure(), number(loss.value()), number(loss.answered()));
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value)
                .round(new MathContext(3))
                .stripTrailingZeros()
                .toPlainString();
    }

    /** Why a better challenger is not promoted for now, in the same words each time; or null. */
    private @Nullable String held(
            Look look, Judged judged, List<Finding> ranking, List<Alert> open) {
        if (!open.isEmpty()) {
            return "an incident is open";
        }
        if (judged.otherDecisions() > rules.mostOtherDecisions()) {
            return "it decides otherwise more often than it may";
        }
        for (Finding finding : ranking) {
            if (finding.answered() - finding.value() > finding.limit()) {
                return "it orders events worse than it may, by its " + finding.measure();
            }
        }
        if (look.nowMillis - look.champion.announcedMillis() < rules.cooldown().toMillis()) {
            return "the last promotion is too short ago";
        }
        ToLongFunction<ModelDecision> age = decision -> look.nowMillis - decision.decidedMillis();
        long today =
                look.observed.decided().stream()
                        .filter(decision -> decision.action() == Action.PROMOTE)
                        .filter(decision -> age.applyAsLong(decision) < DAY)
                        .count();
        return today >= rules.promotionsPerDay() ? "there were enough promotions today" : null;
    }

    /**
     * The incidents that pause a promotion: the open ones of both versions. What a detector finds
     * is a moment that nothing ever resolves; it pauses for as long as a promotion would.
     */
    private List<Alert> pausing(Look look, ModelUpdate challenger) {
        Set<String> versions = Set.of(look.champion.version(), challenger.version());
        long newest =
                look.observed.reports().stream()
                        .mapToLong(QualityReport::windowEndMillis)
                        .max()
                        .orElse(0);
        long since = newest - rules.cooldown().toMillis();
        return look.observed.open(challenger.model()).stream()
                .filter(alert -> versions.contains(alert.modelVersion()))
                .filter(
                        alert ->
                                alert.source() != Alert.Source.DETECTOR
                                        || alert.sinceMillis() >= since)
                .toList();
    }

    /** The open incidents of a version that are severe enough, and began while it was scored. */
    private List<Alert> severe(Observed observed, ModelUpdate version) {
        return observed.open(version.model()).stream()
                .filter(alert -> alert.modelVersion().equals(version.version()))
                .filter(alert -> alert.sinceMillis() >= version.fromMillis())
                .filter(alert -> isSevere(alert.severity()))
                .toList();
    }

    private boolean isSevere(Alert.Severity severity) {
        return rules.incident() != Incident.NEVER
                && (rules.incident() == Incident.WARNING || severity == Alert.Severity.CRITICAL);
    }

    private static String incident(ModelUpdate version, List<Alert> incidents) {
        return "version %s has an incident: %s"
                .formatted(version.version(), incidents.get(0).summary());
    }

    private static List<String> names(List<Alert> alerts) {
        return alerts.stream().map(Alert::incident).toList();
    }

    private static Evidence evidence(
            Collection<QualityReport> windows, List<Finding> findings, List<Alert> incidents) {
        long labelled = 0;
        long start = 0;
        long end = 0;
        for (QualityReport window : windows) {
            start = end == 0 ? window.windowStartMillis() : start;
            end = window.windowEndMillis();
            labelled += window.labels().labelled();
        }
        return new Evidence(start, end, windows.size(), labelled, findings, names(incidents));
    }
}
