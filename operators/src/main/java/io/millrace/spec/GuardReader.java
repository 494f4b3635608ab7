package io.millrace.spec;

import io.millrace.spec.GuardSpec.Incident;
import io.millrace.spec.GuardSpec.Loss;
import io.millrace.spec.GuardSpec.RollbackSpec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads when versions are promoted, retired and rolled back without a person. */
final class GuardReader {
    private final Section guard;
    private final boolean hasCost;
    private final Reading reading;

    /**
     * @param hasCost whether the pipeline says what wrong decisions cost
     */
    GuardReader(Section guard, boolean hasCost, Reading reading) {
        this.guard = guard;
        this.hasCost = hasCost;
        this.reading = reading;
    }

    GuardSpec read() {
        boolean isRetiring = guard.get("retire", Boolean.class, false);
        return new GuardSpec(
                by(),
                share(guard, "alpha", 0.05, false),
                share(guard, "effect", 0.01, false),
                guard.get("min-labelled", Integer.class, 1),
                guard.get("windows", Integer.class, 1),
                within(isRetiring),
                guard.get("promote", Boolean.class, false),
                isRetiring,
                guard.get("incident", Incident.class, Incident.NEVER),
                share(guard, "most-other-decisions", 1, true),
                share(guard, "most-ranking-lost", 1, true),
                share(guard, "most-missed", 1, true),
                rollback(guard.get("rollback", Section.class)),
                guard.duration("cooldown"),
                guard.get("promotions-per-day", Integer.class, 1),
                guard.get("dry-run", Boolean.class, false));
    }

    private Loss by() {
        Located<Loss> by = guard.locate("by", Loss.class);
        if (by != null && by.value() == Loss.COST && !hasCost) {
            reading.problem(
                    by, "is cost, and nothing says what that is; there must be a monitor.cost");
        }
        return by == null ? Loss.ERRORS : by.value();
    }

    private @Nullable Duration within(boolean isRetiring) {
        Located<Duration> within = guard.locate("within", Duration.class);
        if (within != null && !isRetiring) {
            reading.problem(within, "is when a challenger is retired; `retire` must then be true");
        }
        return within == null ? null : within.value();
    }

    private @Nullable RollbackSpec rollback(@Nullable Section rollback) {
        return rollback == null
                ? null
                : new RollbackSpec(
                        rollback.duration("within"),
                        share(rollback, "accuracy", 0, false),
                        share(rollback, "precision", 0, false),
                        share(rollback, "recall", 0, false));
    }

    private double share(Section section, String key, double otherwise, boolean isWholeAllowed) {
        Located<Double> written = section.locate(key, Double.class);
        if (written != null
                && !(written.value() > 0
                        && (written.value() < 1 || (isWholeAllowed && written.value() == 1)))) {
            reading.problem(
                    written,
                    isWholeAllowed
                            ? "is %s; it must be more than 0 and at most 1"
                                    .formatted(written.value())
                            : "is %s; it must be between 0 and 1".formatted(written.value()));
        }
        return section.get(key, Double.class, otherwise);
    }
}
