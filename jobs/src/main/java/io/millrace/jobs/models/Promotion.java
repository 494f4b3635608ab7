package io.millrace.jobs.models;

import io.millrace.inference.InferenceConfig;
import io.millrace.jobs.pipeline.PipelineFile;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.record.ModelDecision;
import io.millrace.record.ModelDecision.Action;
import io.millrace.record.ModelUpdate;
import io.millrace.record.ModelUpdate.Role;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import io.millrace.sink.ModelJournal;
import io.millrace.sink.ModelTopic;
import io.millrace.sink.OvertakenException;
import io.millrace.spec.FeatureOrder;
import io.millrace.spec.ModelSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Moves the alias of a pipeline's model, announces from which event time on the version behind it
 * answers, and writes who decided that, and why, into the audit.
 *
 * <p>First the alias, then the announcement and the audit, both or neither: whoever is interrupted
 * between the two has moved the alias, and {@link #follow} announces what is missing.
 */
public final class Promotion {
    /** How far ahead of its time a version is announced, so that every job can load it before. */
    public static final Duration AHEAD = Duration.ofSeconds(10);

    /** How often it is tried where somebody else announces at the same moment. */
    private static final int TRIES = 5;

    private final PipelineFile file;

    /** The model that is promoted. */
    private final String name;

    private final ModelRegistry registry;
    private final ModelTrial trial;
    private final Path cache;
    private final String actor;

    /**
     * A promotion of a pipeline's model.
     *
     * @param cache where checked copies of model files are kept
     * @param actor who decides, for the audit
     */
    public Promotion(PipelineFile file, ModelTrial trial, Path cache, String actor) {
        this(file, file.spec().model().name(), trial, cache, actor);
    }

    /**
     * The same of one of many models.
     *
     * @param name the model's
     */
    public Promotion(PipelineFile file, String name, ModelTrial trial, Path cache, String actor) {
        this.file = file;
        this.name = name;
        this.registry = ModelRegistry.at(model().registry(), cache);
        this.trial = trial;
        this.cache = cache;
        this.actor = actor;
    }

    private ModelSpec model() {
        return file.spec().model();
    }

    public ModelRegistry registry() {
        return registry;
    }

    /** What has been announced of the model so far, in its order. */
    public List<ModelUpdate> announced() {
        return ofModel(ModelTopic.of(file.spec()).read(), name);
    }

    /** Where there is one model, whatever it was called. */
    private List<ModelUpdate> ofModel(List<ModelUpdate> announced, String model) {
        return model().naming().isOne()
                ? announced
                : announced.stream().filter(update -> update.model().equals(model)).toList();
    }

    /** What was announced last of some roles, or null where nothing was. */
    private static @Nullable ModelUpdate last(List<ModelUpdate> announced, Role... roles) {
        List<ModelUpdate> theirs = of(announced, roles);
        return theirs.isEmpty() ? null : theirs.get(theirs.size() - 1);
    }

    private static List<ModelUpdate> of(List<ModelUpdate> announced, Role... roles) {
        List<Role> wanted = Arrays.asList(roles);
        return announced.stream().filter(update -> wanted.contains(update.role())).toList();
    }

    /**
     * At a job's start: announces the version behind the alias, for all times where nothing was
     * announced for the pipeline yet, and from a time on where the alias has moved meanwhile. Of
     * many models all, or none.
     *
     * @param versions what the alias points at; they have been tried
     * @return what was announced
     */
    public List<ModelUpdate> begin(List<ModelVersion> versions, long nowMillis) {
        if (begun(versions, ModelTopic.of(file.spec()).read(), nowMillis).isEmpty()) {
            return List.of();
        }
        return announceAll(announced -> begun(versions, announced, nowMillis), Action.PROMOTE);
    }

    private List<ModelUpdate> begun(
            List<ModelVersion> versions, List<ModelUpdate> announced, long nowMillis) {
        List<ModelUpdate> updates = new ArrayList<>();
        for (ModelVersion version : versions) {
            ModelUpdate update = champion(version, 0, nowMillis, "the first start");
            ModelUpdate last = last(ofModel(announced, version.name()), Role.CHAMPION);
            if (last(announced, Role.CHAMPION) == null) {
                updates.add(update);
            } else if (last == null || !last.digest().equals(version.digest())) {
                updates.add(
                        champion(
                                version,
                                nowMillis + AHEAD.toMillis(),
                                nowMillis,
                                last == null
                                        ? "the model was added before a start"
                                        : "the alias was moved before a start"));
            }
        }
        return updates;
    }

    /**
     * Tries a version, moves the alias to it, and announces it.
     *
     * @param fromMillis the first event time that it answers
     * @throws CommandFailure where it must not serve
     */
    public ModelUpdate promote(String version, long nowMillis, long fromMillis, String reason)
            throws InterruptedException {
        ModelVersion candidate = registry.version(name, version);
        require(candidate);
        return required(
                announce(
                        announced -> move(candidate, nowMillis, fromMillis, reason),
                        Action.PROMOTE));
    }

    /**
     * Moves the alias back to a version that has answered before, and announces it. It was tried
     * then, and is not tried again.
     *
     * @param version the version, or null for the one before the last
     * @param reason why, or null where nobody says
     */
    public ModelUpdate rollBack(
            @Nullable String version, long nowMillis, long fromMillis, @Nullable String reason) {
        return required(
                announce(
                        announced ->
                                rolledBack(
                                        of(announced, Role.CHAMPION),
                                        version,
                                        nowMillis,
                                        fromMillis,
                                        reason),
                        Action.ROLL_BACK));
    }

    private String subject() {
        return model().naming().isOne() ? file.spec().pipeline() : name;
    }

    private ModelUpdate rolledBack(
            List<ModelUpdate> announced,
            @Nullable String version,
            long nowMillis,
            long fromMillis,
            @Nullable String reason) {
        ModelUpdate last = last(announced, Role.CHAMPION);
        if (last == null) {
            throw CommandFailure.failed(
                    "nothing was announced for %s yet; there is nothing to roll back", subject());
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
                String from = "rolled back from " + last;
                return move(
                        known, nowMillis, fromMillis, reason == null ? from : from + ": " + reason);
            }
        }
        throw CommandFailure.badInput(
                "%s for %s; promote one instead",
                version == null
                        ? "no other version has answered"
                        : "version %s has never answered".formatted(version),
                subject());
    }

    /**
     * Tries a version, and announces that it challenges the one that answers. No alias is moved.
     *
     * @param share of the entities whose events it answers; with 0 it is compared alone
     * @param fromMillis the first event time that it challenges
     * @throws CommandFailure where it must not serve, or answers already; of many models, where
     *     none answers, or there is no room for both
     */
    public ModelUpdate challenge(
            String version, double share, long nowMillis, long fromMillis, String reason)
            throws InterruptedException {
        ModelVersion candidate = registry.version(name, version);
        requireChampion(candidate, announced());
        require(candidate);
        return required(
                announce(
                        announced -> {
                            requireChampion(candidate, announced);
                            return update(
                                    candidate,
                                    Role.CHALLENGER,
                                    share,
                                    fromMillis,
                                    nowMillis,
                                    reason);
                        },
                        Action.CHALLENGE));
    }

    private void requireChampion(ModelVersion candidate, List<ModelUpdate> announced) {
        ModelUpdate champion = last(announced, Role.CHAMPION);
        if (champion != null && champion.digest().equals(candidate.digest())) {
            throw CommandFailure.badInput(
                    "%s answers already; it cannot challenge itself", candidate);
        }
        if (model().naming().isOne()) {
            return;
        }
        if (champion == null) {
            throw CommandFailure.badInput(
                    "no version of %s answers yet; promote one before another challenges it", name);
        }
        requireRoom(
                registry.pinned(champion.model(), champion.version(), champion.digest()),
                candidate);
    }

    /** Two versions that make room for each other would be loaded again and again. */
    private void requireRoom(ModelVersion champion, ModelVersion candidate) {
        long bytes = InferenceConfig.heldBytes(champion) + InferenceConfig.heldBytes(candidate);
        if (bytes > model().memoryBytes()) {
            throw CommandFailure.badInput(
                    "model.memory is %d bytes, and %s and %s count as %d together; it must be at"
                            + " least that for one to challenge the other",
                    model().memoryBytes(), champion, candidate, bytes);
        }
    }

    /**
     * Announces that the version that challenges does so no longer.
     *
     * @throws CommandFailure where none challenges
     */
    public ModelUpdate retire(long nowMillis, long fromMillis, String reason) {
        return required(
                announce(
                        announced -> {
                            ModelUpdate challenger = last(announced, Role.CHALLENGER, Role.RETIRED);
                            if (challenger == null || challenger.role() == Role.RETIRED) {
                                throw CommandFailure.failed(
                                        "no version challenges for %s; there is nothing to retire",
                                        subject());
                            }
                            return new ModelUpdate(
                                    challenger.model(),
                                    challenger.version(),
                                    challenger.digest(),
                                    Role.RETIRED,
                                    0,
                                    fromMillis,
                                    nowMillis,
                                    reason);
                        },
                        Action.RETIRE));
    }

    /**
     * Announces the version behind the alias, where another one was announced last.
     *
     * @return what was announced, or null where there was nothing to announce
     * @throws CommandFailure where the version must not serve
     */
    public @Nullable ModelUpdate follow(long nowMillis, long fromMillis)
            throws InterruptedException {
        ModelVersion version = registry.require(name, model().alias());
        if (isChampion(version, announced())) {
            return null;
        }
        require(version);
        return announce(
                announced ->
                        isChampion(version, announced)
                                ? null
                                : champion(
                                        version,
                                        isFirst(announced) ? 0 : fromMillis,
                                        nowMillis,
                                        "the alias was moved"),
                Action.PROMOTE);
    }

    /** The first of many is known from its time on, so that no row is scored that was refused. */
    private boolean isFirst(List<ModelUpdate> announced) {
        return model().naming().isOne() && last(announced, Role.CHAMPION) == null;
    }

    private static boolean isChampion(ModelVersion version, List<ModelUpdate> announced) {
        ModelUpdate last = last(announced, Role.CHAMPION);
        return last != null && last.digest().equals(version.digest());
    }

    /** Refuses what must not serve: other features than the job makes, or a failed trial. */
    private void require(ModelVersion version) throws InterruptedException {
        var differences = new ArrayList<>(file.fit(version));
        differences.addAll(FeatureOrder.compare(file.parsed(), version.features()));
        if (!differences.isEmpty()) {
            throw file.parsed().locations().exception(differences);
        }
        trial.run(model().registry(), version, cache);
    }

    private ModelUpdate move(ModelVersion version, long nowMillis, long fromMillis, String reason) {
        pointAt(version.version());
        return champion(version, fromMillis, nowMillis, reason);
    }

    /** Moves the alias, where it is elsewhere. */
    void pointAt(String version) {
        String alias = model().alias();
        String now = registry.aliases(name).get(alias);
        if (!version.equals(now)) {
            registry.point(name, alias, version, now);
        }
    }

    /**
     * Announces what follows from all that was announced before. Where somebody else announces at
     * the same moment, what they have announced is looked at first.
     *
     * @param next what to announce; null for nothing
     */
    private @Nullable ModelUpdate announce(
            Function<List<ModelUpdate>, @Nullable ModelUpdate> next, Action action) {
        List<ModelUpdate> updates =
                announceAll(
                        announced -> {
                            ModelUpdate update = next.apply(ofModel(announced, name));
                            return update == null ? List.of() : List.of(update);
                        },
                        action);
        return updates.isEmpty() ? null : updates.get(0);
    }

    /** The same of several models, all or none. */
    private List<ModelUpdate> announceAll(
            Function<List<ModelUpdate>, List<ModelUpdate>> next, Action action) {
        for (int tries = 1; ; tries++) {
            try (var journal = ModelJournal.open(file.spec())) {
                List<ModelUpdate> announced = journal.announced();
                List<ModelUpdate> updates = next.apply(announced);
                if (!updates.isEmpty()) {
                    journal.write(
                            updates,
                            updates.stream()
                                    .map(update -> decision(action, update, announced))
                                    .toList());
                }
                return updates;
            } catch (OvertakenException e) {
                if (tries == TRIES) {
                    throw CommandFailure.failed("%s", String.valueOf(e.getMessage())).causedBy(e);
                }
            }
        }
    }

    private ModelDecision decision(Action action, ModelUpdate update, List<ModelUpdate> announced) {
        ModelUpdate champion = last(ofModel(announced, update.model()), Role.CHAMPION);
        return new ModelDecision(
                action,
                actor,
                update.reason(),
                false,
                ModelDecision.subject(update),
                update.model(),
                update.version(),
                update.digest(),
                update.share(),
                champion == null ? "" : champion.version(),
                update.announcedMillis(),
                update.fromMillis(),
                null);
    }

    private static ModelUpdate required(@Nullable ModelUpdate update) {
        if (update == null) {
            throw new IllegalStateException("something was to be announced, and nothing was");
        }
        return update;
    }

    private static ModelUpdate champion(
            ModelVersion version, long fromMillis, long nowMillis, String reason) {
        return update(version, Role.CHAMPION, 0, fromMillis, nowMillis, reason);
    }

    private static ModelUpdate update(
            ModelVersion version,
            Role role,
            double share,
            long fromMillis,
            long nowMillis,
            String reason) {
        return new ModelUpdate(
                version.name(),
                version.version(),
                version.digest(),
                role,
                share,
                fromMillis,
                nowMillis,
                reason);
    }
}
