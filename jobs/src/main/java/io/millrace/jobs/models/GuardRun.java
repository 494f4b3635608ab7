package io.millrace.jobs.models;

import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.monitor.Guard;
import io.millrace.monitor.Observed;
import io.millrace.record.Alert;
import io.millrace.record.ModelDecision;
import io.millrace.record.ModelDecision.Action;
import io.millrace.record.ModelUpdate;
import io.millrace.record.ModelUpdate.Role;
import io.millrace.record.QualityReport;
import io.millrace.sink.ModelEvidence;
import io.millrace.sink.ModelJournal;
import io.millrace.sink.OvertakenException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a pipeline's topics tell of its model versions, and does what a {@link Guard} decides.
 *
 * <p>It keeps nothing: whatever there is to know is in the topics, and is read anew. What it
 * announces and the decision behind it are written together, on what was announced until then:
 * where anybody else has announced meanwhile, nothing is, and it looks again.
 */
public final class GuardRun implements AutoCloseable {
    /** How long reports are waited for at a look. */
    public static final Duration WAIT = Duration.ofSeconds(2);

    private final PipelineFile file;
    private final Guard guard;
    private final Promotion promotion;
    private final Duration ahead;
    private final Duration settling;
    private final long windowMillis;
    private final ModelEvidence evidence;
    private final Map<String, QualityReport> reports = new LinkedHashMap<>();
    private final List<Alert> alerts = new ArrayList<>();
    private final List<ModelUpdate> announced = new ArrayList<>();
    // Whoever shows metrics reads it from another thread.
    private final List<ModelDecision> decided = new CopyOnWriteArrayList<>();

    private volatile long lastLookMillis;
    private String standing = "";
    private long standingSinceNanos;

    /**
     * @param windowMillis the windows whose reports it goes by; those of a day it passes over
     * @param promotion moves the alias
     * @param ahead how far ahead of now what it announces holds
     * @param settling how long a decision must stand before it is made: what a job has committed in
     *     several transactions becomes visible one by one
     */
    public GuardRun(
            PipelineFile file,
            Guard guard,
            long windowMillis,
            Promotion promotion,
            Duration ahead,
            Duration settling) {
        this.file = file;
        this.guard = guard;
        this.windowMillis = windowMillis;
        this.promotion = promotion;
        this.ahead = ahead;
        this.settling = settling;
        this.evidence = new ModelEvidence(file.spec());
    }

    /** All decisions about the pipeline's versions so far, in their order. */
    public List<ModelDecision> decided() {
        return List.copyOf(decided);
    }

    /** When a look last succeeded, epoch milliseconds; 0 where none has. */
    long lastLookMillis() {
        return lastLookMillis;
    }

    /**
     * Looks once.
     *
     * @param wait how long reports are waited for where there are no new ones
     * @return what was decided and written, or null
     */
    public @Nullable ModelDecision look(Duration wait) {
        take(evidence.next(wait));
        lastLookMillis = System.currentTimeMillis();
        if (!hasSettled(decide())) {
            return null;
        }
        // Once more with nobody else writing, and then what that says.
        try (var journal = ModelJournal.open(file.spec())) {
            take(evidence.next(Duration.ZERO));
            var verdict = decide();
            if (verdict != null) {
                write(journal, verdict);
            }
            standing = "";
            return verdict == null ? null : verdict.decision();
        } catch (OvertakenException e) {
            return null;
        }
    }

    private Guard.@Nullable Verdict decide() {
        var observed = new Observed(announced, decided, reports.values(), alerts);
        long nowMillis = System.currentTimeMillis();
        return guard.decide(observed, nowMillis, nowMillis + ahead.toMillis());
    }

    /** Whether a decision has not stood for long enough yet. */
    public boolean isWaiting() {
        return !standing.isEmpty();
    }

    /** Whether the same was decided at all looks for as long as it takes. */
    private boolean hasSettled(Guard.@Nullable Verdict verdict) {
        String now =
                verdict == null
                        ? ""
                        : verdict.decision().action() + "/" + verdict.decision().subject();
        if (!now.equals(standing)) {
            standing = now;
            standingSinceNanos = System.nanoTime();
        }
        return verdict != null && System.nanoTime() - standingSinceNanos >= settling.toNanos();
    }

    private void take(ModelEvidence.News news) {
        for (QualityReport report : news.reports()) {
            boolean isWindow =
                    report.windowEndMillis() - report.windowStartMillis() == windowMillis;
            if (isWindow && report.segment().isEmpty()) {
                keep(report);
            }
        }
        alerts.addAll(news.alerts());
        announced.addAll(news.announced());
        decided.addAll(news.decided());
    }

    /** The last report of each window, and the last one that was final: a replay begins again. */
    private void keep(QualityReport report) {
        String key =
                "%s/%s/%s/%d/"
                        .formatted(
                                report.modelName(),
                                report.modelVersion(),
                                report.route(),
                                report.windowStartMillis());
        // What is kept last of a window counts.
        reports.remove(key + report.isFinal());
        reports.put(key + report.isFinal(), report);
    }

    private void write(ModelJournal journal, Guard.Verdict verdict) {
        ModelUpdate update = verdict.update();
        Action action = verdict.decision().action();
        boolean isMoving =
                update != null && (action == Action.PROMOTE || action == Action.ROLL_BACK);
        if (isMoving) {
            promotion.pointAt(verdict.decision().version());
        }
        try {
            journal.write(update, verdict.decision());
        } catch (OvertakenException e) {
            if (isMoving) {
                putBack(verdict.decision());
            }
            throw e;
        }
    }

    /** Moves the alias back to what answers, where that is not what it was moved to. */
    private void putBack(ModelDecision decision) {
        List<ModelUpdate> champions =
                promotion.announced().stream()
                        .filter(update -> update.role() == Role.CHAMPION)
                        .toList();
        String answers = champions.get(champions.size() - 1).version();
        if (!answers.equals(decision.version())) {
            promotion.pointAt(answers);
        }
    }

    @Override
    public void close() {
        evidence.close();
    }
}
