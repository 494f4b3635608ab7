package io.millrace.monitor;

import io.millrace.record.Alert;
import io.millrace.record.Alert.Source;
import io.millrace.record.Alert.State;
import io.millrace.record.RetrainRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says which incidents of a model version ask for a new model, and which event time that is to be
 * made of. An incident asks once: when it is raised or, where that is too mild or too soon after
 * the version asked before, when it becomes worse. An alert that late rows revise asks for nothing.
 *
 * <p>The range begins with the first of the windows that decided the incident, as far back as any
 * that counted, and ends with the window that asks: what the model has not learned, and no more.
 * That is the rule of Gama, Medas, Castillo and Rodrigues, <i>Learning with Drift Detection</i>
 * (2004), where the new model learns from the examples since the first warning, and the windows
 * here are that warning. {@code history} makes it longer. Held out is the newest part, never a
 * random one: a model is judged on what came after what it has learned.
 */
final class Retraining {

    /** Alerts that are known at one event time, in an order that does not depend on arrival. */
    static final Comparator<Alert> ORDER =
            Comparator.comparing(Alert::severity, Comparator.reverseOrder())
                    .thenComparing(Alert::source)
                    .thenComparing(Alert::incident)
                    .thenComparing(Alert::windowEndMillis)
                    .thenComparing(Alert::state);

    private final RetrainConfig config;

    Retraining(RetrainConfig config) {
        this.config = config;
    }

    /**
     * What one alert changes.
     *
     * @param state the state to keep
     * @param request what is asked for, or null
     * @param isHeldBack whether it would ask, had the version not asked so shortly before
     */
    record Step(RetrainState state, @Nullable RetrainRequest request, boolean isHeldBack) {}

    /**
     * @param knownMillis the event time at which the alert is known; never less than that of the
     *     alert before
     */
    Step apply(@Nullable RetrainState before, Alert alert, long knownMillis) {
        var state = before == null ? RetrainState.NONE : before;
        boolean hasAsked = state.open().contains(alert.incident());
        if (alert.state() == State.RESOLVED || alert.state() == State.WITHDRAWN) {
            List<String> open = new ArrayList<>(state.open());
            open.remove(alert.incident());
            return new Step(new RetrainState(state.lastMillis(), open), null, false);
        }
        // Who was asked went by what was known first: what is written again asks nothing.
        if (hasAsked
                || alert.revision() > 0
                || !config.sources().contains(alert.source())
                || alert.severity().compareTo(config.severity()) < 0) {
            return new Step(state, null, false);
        }
        if (state.isCool(knownMillis, config.cooldownMillis())) {
            return new Step(state, null, true);
        }
        List<String> open = new ArrayList<>(state.open());
        if (alert.source() != Source.DETECTOR) {
            // What a detector finds has one alert only, so that nothing needs to be remembered.
            open.add(alert.incident());
        }
        return new Step(new RetrainState(knownMillis, open), request(alert, knownMillis), false);
    }

    private RetrainRequest request(Alert alert, long knownMillis) {
        long to = alert.windowEndMillis();
        long from = alert.sinceMillis() - decidedMillis(alert.source()) - config.historyMillis();
        long holdOutFrom = to - Math.round((to - from) * config.holdOut());
        return new RetrainRequest(
                knownMillis,
                alert.modelName(),
                alert.modelVersion(),
                alert.segment(),
                alert.incident(),
                alert.source(),
                alert.severity(),
                alert.reference().version(),
                alert.summary(),
                alert.culprits(),
                from,
                holdOutFrom,
                to,
                config.horizonMillis() < 0 ? null : to + config.horizonMillis());
    }

    /**
     * How much event time the windows cover that decided an incident. A detector sees rows and no
     * windows, and does not say since when they changed: it is given as much as windows have.
     */
    private long decidedMillis(Source source) {
        long stepMillis = source == Source.DRIFT ? config.slideMillis() : config.windowMillis();
        return config.windowMillis() + (config.of() - 1) * stepMillis;
    }
}
