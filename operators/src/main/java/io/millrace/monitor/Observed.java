package io.millrace.monitor;

import io.millrace.record.Alert;
import io.millrace.record.ModelDecision;
import io.millrace.record.ModelUpdate;
import io.millrace.record.ModelUpdate.Role;
import io.millrace.record.QualityReport;
import io.millrace.record.Score.Route;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the topics of a pipeline tell of its model versions by now.
 *
 * @param announced all announcements, in their order
 * @param decided all decisions, in their order
 * @param reports quality reports of all rows, those of a window in their order
 * @param alerts alerts, those of an incident in their order
 */
public record Observed(
        List<ModelUpdate> announced,
        List<ModelDecision> decided,
        Collection<QualityReport> reports,
        List<Alert> alerts) {

    /** The same with other announcements and decisions. */
    public Observed with(List<ModelUpdate> updates, List<ModelDecision> decisions) {
        return new Observed(updates, decisions, reports, alerts);
    }

    /** What answers by the last announcement of it; null where nothing was announced. */
    @Nullable ModelUpdate champion() {
        return last(Role.CHAMPION, Role.CHAMPION);
    }

    /** What challenges by the last announcement of it, or null. */
    @Nullable ModelUpdate challenger() {
        ModelUpdate last = last(Role.CHALLENGER, Role.RETIRED);
        ModelUpdate champion = champion();
        return last == null
                        || champion == null
                        || last.role() == Role.RETIRED
                        || last.digest().equals(champion.digest())
                ? null
                : last;
    }

    private @Nullable ModelUpdate last(Role role, Role other) {
        for (int i = announced.size() - 1; i >= 0; i--) {
            Role its = announced.get(i).role();
            if (its == role || its == other) {
                return announced.get(i);
            }
        }
        return null;
    }

    /** The version before the champion, where the champion has never answered before; or null. */
    @Nullable ModelUpdate beforeChampion() {
        List<ModelUpdate> champions =
                announced.stream().filter(update -> update.role() == Role.CHAMPION).toList();
        if (champions.size() < 2) {
            return null;
        }
        String digest = champions.get(champions.size() - 1).digest();
        List<ModelUpdate> earlier = champions.subList(0, champions.size() - 1);
        return earlier.stream().anyMatch(update -> update.digest().equals(digest))
                ? null
                : earlier.get(earlier.size() - 1);
    }

    /** What a guard goes by: what it has decided itself, and in a dry run what it would have. */
    Observed byGuard(boolean isDryRun) {
        return with(
                announced,
                decided.stream()
                        .filter(decision -> decision.actor().equals(Guard.ACTOR))
                        .filter(decision -> isDryRun || !decision.isDryRun())
                        .toList());
    }

    /** Whether that was decided; a hold, also for that reason. */
    boolean isDecided(String subject, ModelDecision.Action action, @Nullable String reason) {
        return decided.stream()
                .anyMatch(
                        decision ->
                                decision.subject().equals(subject)
                                        && decision.action() == action
                                        && (reason == null || decision.reason().equals(reason)));
    }

    /** The last report of each window that begins at a time or after it, by its start. */
    SortedMap<Long, QualityReport> windows(
            ModelUpdate version, Route route, long fromMillis, boolean isFinal) {
        SortedMap<Long, QualityReport> windows = new TreeMap<>();
        for (QualityReport report : reports) {
            if (report.modelName().equals(version.model())
                    && report.modelVersion().equals(version.version())
                    && report.route().equals(route.name())
                    && report.segment().isEmpty()
                    && report.windowStartMillis() >= fromMillis
                    && (report.isFinal() || !isFinal)) {
                windows.put(report.windowStartMillis(), report);
            }
        }
        return windows;
    }

    /** The last alert of each open incident of a model. */
    List<Alert> open(String model) {
        Map<String, NavigableMap<Long, Alert>> incidents = new LinkedHashMap<>();
        for (Alert alert : alerts) {
            if (alert.modelName().equals(model)) {
                incidents
                        .computeIfAbsent(alert.incident(), incident -> new TreeMap<>())
                        .put(alert.windowEndMillis(), alert);
            }
        }
        List<Alert> open = new ArrayList<>();
        for (NavigableMap<Long, Alert> windows : incidents.values()) {
            windows.values().removeIf(alert -> !alert.state().holds());
            if (!windows.isEmpty()) {
                Alert last = windows.lastEntry().getValue();
                if (last.state() != Alert.State.RESOLVED) {
                    open.add(last);
                }
            }
        }
        return List.copyOf(open);
    }
}
