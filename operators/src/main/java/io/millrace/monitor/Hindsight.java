package io.millrace.monitor;

import io.millrace.record.Alert;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says what is to be written of windows that are judged again, the earliest first: alerts that are
 * new, that say something else, and that hold no longer.
 *
 * <p>Where an alert of an incident is written, so are all of its later ones, and what is withdrawn
 * comes first: so the last record of an incident always says how it stands.
 */
final class Hindsight {
    private final Set<String> changed = new HashSet<>();
    private final List<Alert> withdrawn = new ArrayList<>();
    private final List<Alert> holding = new ArrayList<>();

    /** Whether nothing has been judged otherwise so far. */
    boolean isUnchanged() {
        return changed.isEmpty();
    }

    /** What is to be written, in this order. */
    List<Alert> alerts() {
        var all = new ArrayList<>(withdrawn);
        all.addAll(holding);
        return all;
    }

    /**
     * Looks at one window.
     *
     * @param written its alerts as they were written last
     * @param step what is made of it now
     * @return its alerts as they are written now
     */
    List<Alert> look(List<Alert> written, Incidents.Step step) {
        var next = new ArrayList<Alert>();
        for (Alert before : written) {
            if (find(step.alerts(), before.incident()) == null) {
                next.add(gone(before, step.state()));
            }
        }
        for (Alert alert : step.alerts()) {
            next.add(holds(find(written, alert.incident()), alert));
        }
        return next;
    }

    private Alert gone(Alert before, IncidentState now) {
        boolean isOpen = now.incident().equals(before.incident());
        boolean isSaid =
                isOpen
                        ? before.state() == Alert.State.EASED && before.severity() == now.severity()
                        : before.state() == Alert.State.WITHDRAWN;
        if (isSaid && !changed.contains(before.incident())) {
            return before;
        }
        changed.add(before.incident());
        Alert after = isOpen ? before.eased(now.severity()) : before.withdrawn();
        (isOpen ? holding : withdrawn).add(after);
        return after;
    }

    private Alert holds(@Nullable Alert before, Alert alert) {
        if (before != null
                && before.equals(alert.revised(before.revision()))
                && !changed.contains(alert.incident())) {
            return before;
        }
        changed.add(alert.incident());
        Alert after = before == null ? alert : alert.revised(before.revision() + 1);
        holding.add(after);
        return after;
    }

    private static @Nullable Alert find(List<Alert> alerts, String incident) {
        for (Alert alert : alerts) {
            if (alert.incident().equals(incident)) {
                return alert;
            }
        }
        return null;
    }
}
