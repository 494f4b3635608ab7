package io.millrace.inference;

import io.millrace.record.FeatureVector;
import io.millrace.record.ModelUpdate;
import io.millrace.record.Score;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model versions that one subtask scores with: of each model that its rows name, the one that
 * the timeline names for an event's time and the one that challenges it, and those around them
 * while their times overlap. Of many models, those that are on the {@link ModelShelf}.
 *
 * <p>The versions of the row before nearly always serve the next one too; all else is looked up. Of
 * many models, one that is not loaded is {@link Answering#isAwaited awaited}. A version that cannot
 * be loaded leaves its rows to the version that answered before it, and is tried again; a
 * challenger that cannot be loaded does not challenge. Belongs to the task's thread.
 */
final class ModelLanes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelLanes.class);

    /**
     * Lanes at once: more than those of the version that goes, the one that comes, one rolled back,
     * and a challenger.
     */
    private static final int MOST = 6;

    private final InferenceConfig config;
    private final Path cache;
    private final Path runs;
    private final InferenceMetrics metrics;
    private final ModelFollower follower;

    /** The least recently used first. */
    private final Map<Key, ModelLane> lanes = new LinkedHashMap<>(8, 0.75f, true);

    /** By the name that rows say; the models that this subtask has met. */
    private final Map<String, Answering> met = new HashMap<>();

    /** Whose row came last. */
    private @Nullable Answering current;

    /** Null where there is one model. */
    private final @Nullable ModelShelf shelf;

    /** Null where there is one model. */
    private final @Nullable ModelLoader loader;

    private final Subtask subtask;

    /** What is no longer on the shelf and was not at rest. */
    private final Set<ModelLane> leftBehind = new HashSet<>();

    /** What has been loaded, until the rows that waited are in batches. */
    private final List<ModelLane> serving = new ArrayList<>();

    private final Consumer<String> leave;
    private final Runnable lookAhead;

    /** What was next answers now: another one is. */
    private boolean isNextDue;

    /** What a lane is for: a version may be loaded for one thing while it is for another too. */
    private record Key(String model, String digest, Part part) {}

    private enum Part {
        CHAMPION,
        CANARY,
        SHADOW
    }

    /**
     * Who challenges the version that answers.
     *
     * @param canary scores the rows that it answers
     * @param shadow scores the others
     * @param share of the entities that it answers
     */
    record Challenge(ModelLane canary, ModelLane shadow, Share share) {

        private boolean isOver() {
            return canary.isClosed() || shadow.isClosed();
        }
    }

    /** What is asked of the subtask that scores with the lanes. */
    interface Subtask {

        /** Scores what a lane has taken, so that it is at rest. */
        void settle(ModelLane lane) throws Exception;

        /** Does something in the task's thread, soon; called in any thread. */
        void soon(Runnable what);

        /** A model was loaded for which rows wait; {@link #loadNext} is called when they go on. */
        void goOn();
    }

    private ModelLanes(
            InferenceConfig config,
            Path cache,
            Path runs,
            InferenceMetrics metrics,
            ModelFollower follower,
            String loadingThread,
            Subtask subtask) {
        this.config = config;
        this.cache = cache;
        this.runs = runs;
        this.metrics = metrics;
        this.follower = follower;
        this.subtask = subtask;
        this.leave = digest -> subtask.soon(() -> leaveBehind(digest));
        this.lookAhead = () -> subtask.soon(this::lookAhead);
        this.shelf = follower.shelf();
        if (shelf == null) {
            AnnouncedModels models = follower.announced();
            Announced known = Objects.requireNonNull(models.of(""));
            var one = new Answering("", models, known);
            one.lane = newestThatServes(known);
            met.put("", one);
            current = one;
            loader = null;
            follower.tell(lookAhead);
        } else {
            loader = new ModelLoader(shelf, loadingThread, subtask::soon, new Loaded());
            shelf.tell(leave);
            metrics.hosts(shelf);
        }
    }

    /**
     * Learns what has been announced, and loads the newest version that serves where there is one
     * model.
     *
     * @param cache where the checked copies of model files are kept
     * @param runs where runs are recorded
     * @param loadingThread the name of the thread that loads what rows of many models wait for
     * @throws RuntimeException where the announcements cannot be read, or no version serves
     */
    static ModelLanes open(
            InferenceConfig config,
            Path cache,
            Path runs,
            InferenceMetrics metrics,
            String loadingThread,
            Subtask subtask)
            throws InterruptedException {
        var follower = ModelFollower.follow(config, cache);
        try {
            return new ModelLanes(config, cache, runs, metrics, follower, loadingThread, subtask);
        } catch (RuntimeException e) {
            follower.close();
            throw e;
        }
    }

    private ModelLane newestThatServes(Announced known) {
        RuntimeException failure = null;
        List<ModelUpdate> champions = known.champions().updates();
        for (int i = champions.size() - 1; i >= 0; i--) {
            ModelUpdate version = champions.get(i);
            try {
                return lane(version, Part.CHAMPION);
            } catch (RuntimeException e) {
                LOG.error("{} cannot be loaded", version, e);
                failure = failure == null ? e : failure;
            }
        }
        throw Objects.requireNonNull(failure);
    }

    /**
     * What answers a row: by the name of its model and its event time.
     *
     * @return null where that model is not known
     */
    @Nullable Answering at(FeatureVector vector) {
        Answering asked = current;
        String name = vector.model();
        long timeMillis = vector.eventTimeMillis();
        if (asked == null || !asked.name.equals(name)) {
            asked = met.get(name);
            if (asked == null) {
                AnnouncedModels models = follower.announced();
                Announced known = models.of(name, timeMillis);
                if (known == null) {
                    metrics.unknownModel();
                    return null;
                }
                asked = new Answering(name, models, known);
                met.put(name, asked);
            }
            current = asked;
        }
        if (!asked.isKnownAt(timeMillis)) {
            metrics.unknownModel();
            return null;
        }
        asked.answer(vector);
        return asked;
    }

    /** What answers the rows of one model, as it was looked up last. */
    final class Answering {
        private final String name;

        /** What was looked up last, and the event times for which it holds. */
        private AnnouncedModels models;

        private Announced known;

        private @Nullable ModelLane lane;
        private Score.Route route = Score.Route.CHAMPION;
        private @Nullable Challenge challenge;
        private ModelUpdate champion;
        private String failure = "";
        private boolean isAllThere = true;
        private boolean isAwaited;

        /** Whose rows must wait for who challenges the version; null where none need to. */
        private @Nullable Share awaited;

        /** Whether a version serves is known since it was looked up. */
        private boolean isDecided;

        private long sinceMillis = Long.MAX_VALUE;
        private long untilMillis = Long.MIN_VALUE;

        private long newestMillis = Long.MIN_VALUE;
        private long nextAttemptNanos;
        private long nextPreviousNanos = System.nanoTime();

        private Answering(String name, AnnouncedModels models, Announced known) {
            this.name = name;
            this.models = models;
            this.known = known;
            this.champion = known.champions().last();
        }

        /** Whether an entity's row must wait until the version that answers it is loaded. */
        boolean isAwaited(String entity) {
            return isAwaited || (awaited != null && awaited.has(entity));
        }

        /** The lane of the version that answers, by the {@link #route}; null where none can. */
        @Nullable ModelLane lane() {
            return lane;
        }

        /** The version that should answer. */
        ModelUpdate champion() {
            return champion;
        }

        /** Why that one does not. */
        String failure() {
            return failure;
        }

        /** Why the lane answers. */
        Score.Route route() {
            return route;
        }

        /** Who challenges the lane, or null where nobody does. */
        @Nullable Challenge challenge() {
            return challenge;
        }

        private boolean isCurrentAt(long timeMillis) {
            return models == follower.announced()
                    && timeMillis >= sinceMillis
                    && timeMillis < untilMillis;
        }

        private boolean isKnownAt(long timeMillis) {
            return isCurrentAt(timeMillis) || follower.announced().of(name, timeMillis) != null;
        }

        private void answer(FeatureVector vector) {
            long timeMillis = vector.eventTimeMillis();
            if (!isCurrentAt(timeMillis)
                    || isDecided
                    || (lane != null && lane.isClosed())
                    || (challenge != null && challenge.isOver())
                    || (!isAllThere && System.nanoTime() - nextAttemptNanos >= 0)) {
                lookUp(timeMillis);
            }
            if (isAwaited(vector.entity())) {
                return;
            }
            if (route == Score.Route.FALLBACK) {
                metrics.fellBack();
            }
            newestMillis = Math.max(newestMillis, timeMillis);
        }

        private void lookUp(long timeMillis) {
            follower.reached(timeMillis);
            AnnouncedModels now = follower.announced();
            if (now != models) {
                Announced news = Objects.requireNonNull(now.of(name));
                noteLate(news);
                models = now;
                known = news;
            }
            if (shelf == null && timeMillis >= untilMillis) {
                isNextDue = true;
            }
            sinceMillis = Math.max(known.since(timeMillis), models.knownSince(name));
            untilMillis = known.until(timeMillis);
            isAllThere = true;
            isDecided = false;
            champion = known.champions().at(timeMillis);
            if (lane != null && lane.isClosed()) {
                lane = null;
            }
            findLane();
            awaited = null;
            challenge =
                    isAwaited || lane == null
                            ? null
                            : challenge(known.challengers().at(timeMillis), lane.version());
        }

        private void findLane() {
            ModelLane found = null;
            RuntimeException refused = null;
            try {
                found = find(champion, Part.CHAMPION);
                refused = found == null ? ask(champion, null) : null;
            } catch (RuntimeException e) {
                refused = e;
            }
            isAwaited = found == null && refused == null;
            if (found != null) {
                lane = found;
                route = Score.Route.CHAMPION;
            } else if (refused != null) {
                fallBack(refused);
            }
        }

        private void fallBack(RuntimeException refused) {
            if (route != Score.Route.FALLBACK) {
                LOG.error(
                        "{} answers for {}, which cannot be loaded",
                        lane == null ? "Nothing" : lane.version(),
                        champion,
                        refused);
            }
            failure = String.valueOf(refused.getMessage());
            route = Score.Route.FALLBACK;
            tryAgainLater();
        }

        /**
         * The lane of the version that answered before the one of an event time, or null where
         * there was none, or it cannot be loaded.
         */
        @Nullable ModelLane previous(long timeMillis) {
            ModelUpdate before = known.champions().before(timeMillis);
            if (before == null || System.nanoTime() - nextPreviousNanos < 0) {
                return null;
            }
            try {
                return ModelLanes.this.lane(before, Part.CHAMPION);
            } catch (RuntimeException e) {
                LOG.error("{} stands in for nothing, since it cannot be loaded", before, e);
                nextPreviousNanos = System.nanoTime() + ModelLoader.NANOS_BETWEEN_ATTEMPTS;
                return null;
            }
        }

        private @Nullable Challenge challenge(ModelUpdate challenger, ModelUpdate answering) {
            if (challenger.role() == ModelUpdate.Role.RETIRED
                    || challenger.digest().equals(champion.digest())) {
                return null;
            }
            var share = new Share(challenger.digest(), challenger.share());
            RuntimeException refused;
            try {
                ModelLane canary = find(challenger, Part.CANARY);
                ModelLane shadow = find(challenger, Part.SHADOW);
                if (canary != null && shadow != null) {
                    return new Challenge(canary, shadow, share);
                }
                // A canary's rows need both; a shadow's are answered without it.
                refused = ask(challenger, challenger.share() > 0 ? answering : null);
            } catch (RuntimeException e) {
                refused = e;
            }
            if (refused == null) {
                // The others' rows are not compared until then.
                awaited = share;
            } else {
                if (loader == null) {
                    LOG.error(
                            "{} does not challenge, since it cannot be loaded",
                            challenger,
                            refused);
                }
                tryAgainLater();
            }
            return null;
        }

        private void tryAgainLater() {
            isAllThere = false;
            nextAttemptNanos = System.nanoTime() + ModelLoader.NANOS_BETWEEN_ATTEMPTS;
        }

        /** Whether rows have been scored that the news would have given to another version. */
        private void noteLate(Announced now) {
            Set<ModelUpdate> before = Set.copyOf(known.champions().updates());
            for (ModelUpdate update : now.champions().updates()) {
                if (update.fromMillis() <= newestMillis && !before.contains(update)) {
                    metrics.announcedLate();
                    LOG.warn(
                            "{} was announced for {} on, when rows up to {} had been scored;"
                                    + " announce it further ahead",
                            update,
                            update.fromMillis(),
                            newestMillis);
                }
            }
        }

        private boolean uses(ModelLane asked) {
            var challenged = challenge;
            return asked == lane
                    || (challenged != null
                            && (asked == challenged.canary() || asked == challenged.shadow()));
        }
    }

    /** A row was answered by a fallback. */
    void fellBack() {
        metrics.fellBack();
    }

    /**
     * What was loaded has served the rows that waited for it; something else may take its place.
     */
    void loadNext() {
        if (loader != null) {
            serving.forEach(this::letGo);
            serving.clear();
            loader.next();
        }
    }

    /** What becomes of a version that rows wait for. */
    private final class Loaded implements ModelLoader.Receiver {

        @Override
        public void open(ModelUpdate version) {
            if (version.role() == ModelUpdate.Role.CHAMPION) {
                open(version, Part.CHAMPION);
            } else {
                open(version, Part.CANARY);
                open(version, Part.SHADOW);
            }
        }

        private void open(ModelUpdate version, Part part) {
            ModelLane lane = lane(version, part);
            hold(lane);
            serving.add(lane);
        }

        @Override
        public void isDecided(ModelUpdate version) {
            Answering model = met.get(version.model());
            if (model != null) {
                model.isDecided = true;
            }
            subtask.goOn();
        }
    }

    private void leaveBehind(String digest) {
        try {
            leave(digest);
        } catch (Exception e) {
            throw new IllegalStateException("the rows of a model that makes room fail", e);
        }
    }

    /** Gives back a model that is no longer on the shelf. */
    private void leave(String digest) throws Exception {
        for (ModelLane old : List.copyOf(lanes.values())) {
            if (old.version().digest().equals(digest) && isOpen(old) && isToLeave(old)) {
                subtask.settle(old);
                closeWhereLeft(old);
            }
        }
    }

    private boolean isToLeave(ModelLane lane) {
        return shelf != null && !shelf.has(lane.version().digest());
    }

    private void closeWhereLeft(ModelLane lane) {
        if (isOpen(lane) && isToLeave(lane)) {
            if (lane.isAtRest()) {
                close(lane);
            } else {
                leftBehind.add(lane);
            }
        }
    }

    /** A lane must stay open: rows are put into a batch of it, or may be. */
    void hold(ModelLane lane) {
        lane.awaits(1);
    }

    /** That is done. */
    void letGo(ModelLane lane) {
        lane.awaits(-1);
        if (!leftBehind.isEmpty() && leftBehind.remove(lane)) {
            closeWhereLeft(lane);
        }
    }

    /** A lane has scored a batch; it is given back where its model is no longer on the shelf. */
    void used(ModelLane lane) {
        if (shelf != null && !shelf.use(lane.version().digest())) {
            closeWhereLeft(lane);
        }
    }

    private Key key(ModelUpdate version, Part part) {
        return new Key(shelf == null ? "" : version.model(), version.digest(), part);
    }

    private ModelLane lane(ModelUpdate version, Part part) {
        ModelLane open = lanes.get(key(version, part));
        return open == null ? put(version, part, ModelHost.acquire(config, version, cache)) : open;
    }

    /** The lane of a version; null where it is one of many models and must be loaded first. */
    private @Nullable ModelLane find(ModelUpdate version, Part part) {
        if (shelf == null) {
            return lane(version, part);
        }
        ModelLane open = lanes.get(key(version, part));
        if (open != null) {
            return open;
        }
        var lease = shelf.acquireLoaded(version);
        return lease == null ? null : put(version, part, lease);
    }

    /** Has a version loaded; why it could not be, or null where its rows must wait. */
    private @Nullable RuntimeException ask(ModelUpdate version, @Nullable ModelUpdate beside) {
        return Objects.requireNonNull(loader).ask(version, beside);
    }

    private ModelLane put(ModelUpdate version, Part part, ModelHost.Lease lease) {
        ModelLane opened;
        try {
            opened = open(version, part, lease);
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
        lanes.put(key(version, part), opened);
        return opened;
    }

    private ModelLane open(ModelUpdate version, Part part, ModelHost.Lease lease) {
        return switch (part) {
            case CHAMPION ->
                    new ModelLane(config, version, lease, of("model", version, lease), runs);
            case CANARY ->
                    new ModelLane(
                            config.ofChallenger(),
                            version,
                            lease,
                            of("challenger", version, lease),
                            runs);
            case SHADOW ->
                    new ModelLane(
                            config.ofShadow(), version, lease, of("shadow", version, lease), runs);
        };
    }

    /**
     * Opens what answers or challenges next, where it is loaded: so that its first row waits for
     * nothing. Gives back what has not answered for long.
     */
    private void lookAhead() {
        Announced known = Objects.requireNonNull(follower.announced().of(""));
        long newestMillis = Objects.requireNonNull(met.get("")).newestMillis;
        openAhead(known.champions().next(newestMillis, 1), Part.CHAMPION);
        openAhead(known.challengers().next(newestMillis, 1), Part.CANARY);
        openAhead(known.challengers().next(newestMillis, 1), Part.SHADOW);
        keepFew();
    }

    private void openAhead(List<ModelUpdate> versions, Part part) {
        for (ModelUpdate version : versions) {
            if (version.role() != ModelUpdate.Role.RETIRED && ModelHost.has(config, version)) {
                try {
                    lane(version, part);
                } catch (RuntimeException e) {
                    LOG.warn("{} is tried again when its time has come", version, e);
                }
            }
        }
    }

    private InferenceMetrics.OfVersion of(String part, ModelUpdate version, ModelHost.Lease lease) {
        var many = config.many();
        return many == null
                ? metrics.of(part, version.toString(), lease)
                : metrics.ofMany(part, many.name());
    }

    private void keepFew() {
        List<ModelLane> leastRecent = new ArrayList<>(lanes.values());
        for (ModelLane old : leastRecent) {
            if (lanes.size() > MOST && !isInUse(old) && old.isAtRest()) {
                close(old);
            }
        }
    }

    private boolean isInUse(ModelLane asked) {
        for (Answering model : met.values()) {
            if (model.uses(asked)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a lane is still one of these. */
    boolean isOpen(ModelLane asked) {
        return lanes.containsValue(asked);
    }

    /** Lets go versions that do not answer from an event time on, and opens what is next. */
    void passed(long watermarkMillis) {
        if (isNextDue) {
            // Not with the first row of its turn, which has waited for the batch before it.
            isNextDue = false;
            lookAhead();
        }
        if (lanes.size() == 1) {
            return;
        }
        for (ModelLane old : List.copyOf(lanes.values())) {
            if (old.isAtRest() && isOver(old.version(), watermarkMillis) && !isInUse(old)) {
                close(old);
            }
        }
    }

    private boolean isOver(ModelUpdate version, long timeMillis) {
        Answering model = met.get(shelf == null ? "" : version.model());
        return model != null && model.known.isOver(version.digest(), timeMillis);
    }

    private void close(ModelLane old) {
        lanes.values().remove(old);
        leftBehind.remove(old);
        old.close();
    }

    /** Keeps the sessions open whose runs have not ended. */
    void abandon() {
        for (ModelLane old : List.copyOf(lanes.values())) {
            if (!old.isAtRest()) {
                lanes.values().remove(old);
                old.abandon();
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        if (loader != null) {
            loader.close();
        }
        follower.tellNoMore(lookAhead);
        if (shelf != null) {
            shelf.tellNoMore(leave);
        }
        List.copyOf(lanes.values()).forEach(this::close);
        follower.close();
    }
}
