package io.millrace.monitor;

import io.millrace.record.Alert;
import io.millrace.record.Alert.Culprit;
import io.millrace.record.Alert.Severity;
import io.millrace.record.Alert.State;
import io.millrace.record.DriftReport;
import io.millrace.record.FeatureDrift;
import io.millrace.record.FeatureDrift.Bin;
import io.millrace.record.FeatureDrift.Cause;
import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.Reference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes incidents of drift that lasts. A feature's cause opens when it has drifted in enough of the
 * last windows, the current one among them, and closes when it has in none of them. All open causes
 * of a model version and segment are one incident.
 *
 * <p>A window with too few rows says nothing: it neither opens nor closes.
 */
final class Incidents {
    private static final int BINS = 5;
    private static final int CONTRIBUTORS = 5;

    /** An effect so many times the limit is critical. */
    private static final double CRITICAL = 2;

    private final DriftRule rule;

    Incidents(DriftRule rule) {
        this.rule = rule;
    }

    /** What one window changes: the state to keep and the alerts to emit. */
    record Step(IncidentState state, List<Alert> alerts) {}

    /** What a cause measures, and what that must not exceed. */
    private record Effect(String measure, double value, double limit) {

        double ratio() {
            return value / limit;
        }
    }

    Step apply(@Nullable IncidentState before, DriftReport report) {
        var state = before == null ? IncidentState.NONE : before;
        if (report.rows() < rule.minRows() || report.status() != DriftReport.Status.COMPARED) {
            return new Step(state, List.of());
        }
        long end = report.windowEndMillis();
        Map<String, IncidentState.Watch> watches = new LinkedHashMap<>();
        state.watches().forEach(watch -> watches.put(watch.key(), watch));
        var culprits = new ArrayList<Ranked>();
        boolean isMore = false;
        for (FeatureDrift feature : report.features()) {
            for (Cause cause : Cause.values()) {
                var watch =
                        watches.getOrDefault(
                                IncidentState.key(feature, cause),
                                IncidentState.Watch.of(feature, cause));
                boolean has = feature.causes().contains(cause);
                long flags = watch.next(has, rule.of());
                Effect effect = effect(feature, cause);
                Severity severity = severity(effect);
                boolean isOpen =
                        watch.isOpen() ? flags != 0 : opens(watch, flags, has, severity, end);
                isMore |= isOpen && !watch.isOpen();
                long closed = watch.isOpen() && !isOpen ? end : watch.closedMillis();
                Severity worst =
                        isOpen && (!watch.isOpen() || has)
                                ? worse(watch.isOpen() ? watch.severity() : severity, severity)
                                : watch.severity();
                var next =
                        new IncidentState.Watch(
                                feature.name(), cause, flags, isOpen, worst, closed);
                if (next.isIdle(end, rule.cooldownMillis())) {
                    watches.remove(next.key());
                } else {
                    watches.put(next.key(), next);
                }
                if (isOpen) {
                    culprits.add(
                            new Ranked(
                                    culprit(feature, cause, effect, Long.bitCount(flags)),
                                    effect.ratio(),
                                    worst));
                }
            }
        }
        return step(state, List.copyOf(watches.values()), culprits, isMore, report);
    }

    /**
     * Ends what is open, since there are no rows any more.
     *
     * @param last the last pane that had any
     */
    Step end(@Nullable IncidentState state, Pane last, long endMillis) {
        if (state == null || state.incident().isEmpty()) {
            return new Step(IncidentState.NONE, List.of());
        }
        return new Step(
                IncidentState.NONE,
                List.of(
                        new Alert(
                                state.incident(),
                                State.RESOLVED,
                                state.severity(),
                                Alert.Source.DRIFT,
                                last.startMillis(),
                                endMillis,
                                state.sinceMillis(),
                                last.model(),
                                last.version(),
                                last.segment(),
                                0,
                                Reference.NONE,
                                "nothing has been scored for more than two windows",
                                List.of())));
    }

    private record Ranked(Culprit culprit, double ratio, Severity severity) {}

    private boolean opens(
            IncidentState.Watch watch, long flags, boolean has, Severity severity, long end) {
        boolean persists = has && Long.bitCount(flags) >= rule.windows();
        boolean isCool = watch.isCool(end, rule.cooldownMillis());
        return persists && (!isCool || severity.compareTo(watch.severity()) > 0);
    }

    private Step step(
            IncidentState state,
            List<IncidentState.Watch> watches,
            List<Ranked> culprits,
            boolean isMore,
            DriftReport report) {
        boolean wasOpen = !state.incident().isEmpty();
        long end = report.windowEndMillis();
        if (culprits.isEmpty()) {
            var quiet = new IncidentState("", Severity.WARNING, 0, watches);
            if (!wasOpen) {
                return new Step(quiet, List.of());
            }
            String summary = "no feature has drifted in the last %d windows".formatted(rule.of());
            return new Step(
                    quiet,
                    List.of(
                            alert(
                                    report,
                                    state.incident(),
                                    State.RESOLVED,
                                    state.severity(),
                                    state.sinceMillis(),
                                    summary,
                                    List.of())));
        }
        culprits.sort(
                Comparator.comparingDouble(Ranked::ratio)
                        .reversed()
                        .thenComparing(ranked -> ranked.culprit().name())
                        .thenComparing(ranked -> ranked.culprit().cause()));
        Severity severity = wasOpen ? state.severity() : Severity.WARNING;
        for (Ranked ranked : culprits) {
            severity = worse(severity, ranked.severity());
        }
        String incident = wasOpen ? state.incident() : name(report);
        long since = wasOpen ? state.sinceMillis() : end;
        var next = new IncidentState(incident, severity, since, watches);
        boolean tells = !wasOpen || isMore || severity != state.severity();
        if (!tells) {
            return new Step(next, List.of());
        }
        return new Step(
                next,
                List.of(
                        alert(
                                report,
                                incident,
                                wasOpen ? State.ESCALATED : State.RAISED,
                                severity,
                                since,
                                summary(culprits),
                                culprits.stream().map(Ranked::culprit).toList())));
    }

    private static String name(DriftReport report) {
        return "drift/%s/%s/%s/%d"
                .formatted(
                        report.modelName(),
                        report.modelVersion(),
                        report.segment(),
                        report.windowEndMillis());
    }

    private static String summary(List<Ranked> culprits) {
        Culprit worst = culprits.get(0).culprit();
        String first =
                "%s has drifted: its %s is %.3g, and must be at most %.3g"
                        .formatted(worst.name(), worst.measure(), worst.value(), worst.limit());
        int others = culprits.size() - 1;
        return others == 0 ? first : first + "; " + others + " more";
    }

    private static Alert alert(
            DriftReport report,
            String incident,
            State state,
            Severity severity,
            long sinceMillis,
            String summary,
            List<Culprit> culprits) {
        return new Alert(
                incident,
                state,
                severity,
                Alert.Source.DRIFT,
                report.windowStartMillis(),
                report.windowEndMillis(),
                sinceMillis,
                report.modelName(),
                report.modelVersion(),
                report.segment(),
                report.rows(),
                report.reference(),
                summary,
                culprits,
                0,
                report.eventIds(),
                "");
    }

    private static Severity worse(Severity a, Severity b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static Severity severity(Effect effect) {
        return effect.ratio() >= CRITICAL ? Severity.CRITICAL : Severity.WARNING;
    }

    private Effect effect(FeatureDrift feature, Cause cause) {
        var from = feature.fromReference();
        return switch (cause) {
            case DISTRIBUTION ->
                    feature.kind() == Kind.NUMERIC
                            ? new Effect("ks", from.ks(), rule.ks())
                            : new Effect(
                                    "total_variation",
                                    from.totalVariation(),
                                    rule.totalVariation());
            case NEW_CATEGORIES ->
                    new Effect(
                            "new_category_excess", from.newCategoryExcess(), rule.newCategories());
            case MISSING ->
                    new Effect("missing_change", Math.abs(from.missingChange()), rule.missing());
        };
    }

    private static Culprit culprit(FeatureDrift feature, Cause cause, Effect effect, int windows) {
        Comparator<Bin> worst =
                cause == Cause.NEW_CATEGORIES
                        ? Comparator.<Bin>comparingLong(
                                bin -> bin.referenceShare() == 0 ? bin.count() : -1)
                        : Comparator.comparingDouble(Bin::contribution);
        return new Culprit(
                feature.name(),
                cause.name(),
                effect.measure(),
                effect.value(),
                effect.limit(),
                feature.p(),
                feature.q(),
                windows,
                cause == Cause.MISSING
                        ? List.of()
                        : feature.bins().stream().sorted(worst.reversed()).limit(BINS).toList(),
                cause == Cause.MISSING
                        ? List.of()
                        : feature.contributors().stream().limit(CONTRIBUTORS).toList());
    }
}
