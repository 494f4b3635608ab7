package io.millrace.jobs.models;

import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.record.ModelUpdate;
import io.millrace.record.ModelUpdate.Role;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import io.millrace.sink.ModelTopic;
import io.millrace.spec.FeatureOrder;
import io.millrace.spec.ModelSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves the alias of a pipeline's model, and announces from which event time on the version behind
 * it answers.
 *
 * <p>First the alias, then the announcement: whoever is interrupted between the two has moved the
 * alias, and {@link #follow} announces what is missing.
 */
public final class Promotion {
    /** How far ahead of its time a version is announced, so that every job can load it before. */
    public static final Duration AHEAD = Duration.ofSeconds(10);

    private final PipelineFile file;
    private final ModelRegistry registry;
    private final ModelTopic announcements;
    private final ModelTrial trial;
    private final Path cache;

    /**
     * A promotion of a pipeline's model.
     *
     * @param cache where checked copies of model files are kept
     */
    public Promotion(PipelineFile file, ModelTrial trial, Path cache) {
        this.file = file;
        this.registry = ModelRegistry.at(model().registry(), cache);
        this.announcements = ModelTopic.of(file.spec());
        this.trial = trial;
        this.cache = cache;
    }

    private ModelSpec model() {
        return file.spec().model();
    }

    public ModelRegistry registry() {
        return registry;
    }

    /** What has been announced so far, in its order. */
    public List<ModelUpdate> announced() {
        return announcements.read();
    }

    /** What was announced last of some roles, or null where nothing was. */
    private @Nullable ModelUpdate last(Role... roles) {
        List<ModelUpdate> announced = announced(roles);
        return announced.isEmpty() ? null : announced.get(announced.size() - 1);
    }

    private List<ModelUpdate> announced(Role... roles) {
        return announced().stream()
                .filter(update -> List.of(roles).contains(update.role()))
                .toList();
    }

    /**
     * At a job's start: announces the version behind the alias for all times where nothing was
     * announced yet, and from a time on where the alias has moved meanwhile.
     *
     * @param version what the alias points at; it has been tried
     * @return what was announced, or null where that version answers already
     */
    public @Nullable ModelUpdate begin(ModelVersion version, long nowMillis) {
        ModelUpdate last = last(Role.CHAMPION);
        if (last == null) {
            return announce(version, 0, nowMillis, "the first start");
        }
        return last.digest().equals(version.digest())
                ? null
                : announce(
                        version,
                        nowMillis + AHEAD.toMillis(),
                        nowMillis,
                        "the alias was moved before a start");
    }

    /**
     * Tries a version, moves the alias to it, and announces it.
     *
     * @param fromMillis the first event time that it answers
     * @throws CommandFailure where it must not serve
     */
    public ModelUpdate promote(String version, long nowMillis, long fromMillis, String reason)
            throws InterruptedException {
        ModelVersion candidate = registry.version(model().name(), version);
        require(candidate);
        return move(candidate, nowMillis, fromMillis, reason);
    }

    /**
     * Moves the alias back to a version that has answered before, and announces it. It was tried
     * then, and is not tried again.
     *
     * @param version the version, or null for the one before the last
     */
    public ModelUpdate rollBack(@Nullable String version, long nowMillis, long fromMillis) {
        List<ModelUpdate> announced = announced(Role.CHAMPION);
        ModelUpdate last = announced.isEmpty() ? null : announced.get(announced.size() - 1);
        if (last == null) {
            throw CommandFailure.failed(
                    "nothing was announced for %s yet; there is nothing to roll back",
                    file.spec().pipeline());
        }
        for (int i = announced.size() - 1; i >= 0; i--) {
            ModelUpdate earlier = announced.get(i);
            boolean isWanted =
                    version == null
                            ? !earlier.digest().equals(last.digest())
                            : earlier.version().equals(version);
            if (isWanted) {
                ModelVersion known =
                        registry.pinned(earlier.model(), earlier.version(), earlier.digest());
                return move(known, nowMillis, fromMillis, "rolled back from " + last);
            }
        }
        throw CommandFailure.badInput(
                "%s has never answered for %s; promote it instead",
                version == null ? "no other version" : "version " + version,
                file.spec().pipeline());
    }

    /**
     * Tries a version, and announces that it challenges the one that answers. No alias is moved.
     *
     * @param share of the entities whose events it answers; with 0 it is compared alone
     * @param fromMillis the first event time that it challenges
     * @throws CommandFailure where it must not serve, or answers already
     */
    public ModelUpdate challenge(
            String version, double share, long nowMillis, long fromMillis, String reason)
            throws InterruptedException {
        ModelVersion candidate = registry.version(model().name(), version);
        ModelUpdate champion = last(Role.CHAMPION);
        if (champion != null && champion.digest().equals(candidate.digest())) {
            throw CommandFailure.badInput(
                    "%s answers already; it cannot challenge itself", candidate);
        }
        require(candidate);
        return announce(candidate, Role.CHALLENGER, share, fromMillis, nowMillis, reason);
    }

    /**
     * Announces that the version that challenges does so no longer.
     *
     * @throws CommandFailure where none challenges
     */
    public ModelUpdate retire(long nowMillis, long fromMillis, String reason) {
        ModelUpdate challenger = last(Role.CHALLENGER, Role.RETIRED);
        if (challenger == null || challenger.role() == Role.RETIRED) {
            throw CommandFailure.failed(
                    "no version challenges for %s; there is nothing to retire",
                    file.spec().pipeline());
        }
        var update =
                new ModelUpdate(
                        challenger.model(),
                        challenger.version(),
                        challenger.digest(),
                        Role.RETIRED,
                        0,
                        fromMillis,
                        nowMillis,
                        reason);
        announcements.announce(update);
        return update;
    }

    /**
     * Announces the version behind the alias, where another one was announced last.
     *
     * @return what was announced, or null where there was nothing to announce
     * @throws CommandFailure where the version must not serve
     */
    public @Nullable ModelUpdate follow(long nowMillis, long fromMillis)
            throws InterruptedException {
        ModelVersion version = registry.require(model().name(), model().alias());
        ModelUpdate last = last(Role.CHAMPION);
        if (last != null && last.digest().equals(version.digest())) {
            return null;
        }
        require(version);
        return announce(version, last == null ? 0 : fromMillis, nowMillis, "the alias was moved");
    }

    /** Refuses what must not serve: other features than the job makes, or a failed trial. */
    private void require(ModelVersion version) throws InterruptedException {
        var differences = FeatureOrder.compare(file.parsed(), version.features());
        if (!differences.isEmpty()) {
            throw file.parsed().locations().exception(differences);
        }
        trial.run(model().registry(), version, cache);
    }

    private ModelUpdate move(ModelVersion version, long nowMillis, long fromMillis, String reason) {
        String alias = model().alias();
        String now = registry.aliases(model().name()).get(alias);
        if (!version.version().equals(now)) {
            registry.point(model().name(), alias, version.version(), now);
        }
        return announce(version, fromMillis, nowMillis, reason);
    }

    private ModelUpdate announce(
            ModelVersion version, long fromMillis, long nowMillis, String reason) {
        return announce(version, Role.CHAMPION, 0, fromMillis, nowMillis, reason);
    }

    private ModelUpdate announce(
            ModelVersion version,
            Role role,
            double share,
            long fromMillis,
            long nowMillis,
            String reason) {
        var update =
                new ModelUpdate(
                        version.name(),
                        version.version(),
                        version.digest(),
                        role,
                        share,
                        fromMillis,
                        nowMillis,
                        reason);
        announcements.announce(update);
        return update;
    }
}
