package io.millrace.inference;

import io.millrace.record.ModelUpdate;
import io.millrace.record.Score;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model versions that one subtask scores with: the one that the timeline names for an event's
 * time and the one that challenges it, and those around them while their times overlap.
 *
 * <p>The versions of the row before nearly always serve the next one too; all else is looked up. A
 * version that cannot be loaded leaves its rows to the version that answered before it, and is
 * tried again; a challenger that cannot be loaded does not challenge. Belongs to the task's thread.
 */
final class ModelLanes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelLanes.class);

    /**
     * Lanes at once: more than those of the version that goes, the one that comes, one rolled back,
     * and a challenger.
     */
    private static final int MOST = 6;

    private static final long NANOS_BETWEEN_ATTEMPTS = 10_000_000_000L;

    private final InferenceConfig config;
    private final Path cache;
    private final Path runs;
    private final InferenceMetrics metrics;
    private final ModelFollower follower;

    /** The least recently used first. */
    private final Map<Key, ModelLane> lanes = new LinkedHashMap<>(8, 0.75f, true);

    /** What was looked up last, and the event times for which it holds. */
    private Announced known;

    private ModelLane lane;
    private Score.Route route = Score.Route.CHAMPION;
    private @Nullable Challenge challenge;
    private boolean isAllThere = true;
    private long sinceMillis = Long.MAX_VALUE;
    private long untilMillis = Long.MIN_VALUE;

    private long newestMillis = Long.MIN_VALUE;
    private long nextAttemptNanos;
    private long nextPreviousNanos = System.nanoTime();

    /** What a lane is for: a version may be loaded for one thing while it is for another too. */
    private record Key(String digest, Part part) {}

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
    record Challenge(ModelLane canary, ModelLane shadow, Share share) {}

    private ModelLanes(
            InferenceConfig config,
            Path cache,
            Path runs,
            InferenceMetrics metrics,
            ModelFollower follower) {
        this.config = config;
        this.cache = cache;
        this.runs = runs;
        this.metrics = metrics;
        this.follower = follower;
        this.known = follower.announced();
        this.lane = newestThatServes();
    }

    /**
     * Learns what has been announced, and loads the newest version that serves.
     *
     * @param cache where the checked copies of model files are kept
     * @param runs where runs are recorded
     * @throws RuntimeException where the announcements cannot be read, or no version serves
     */
    static ModelLanes open(InferenceConfig config, Path cache, Path runs, InferenceMetrics metrics)
            throws InterruptedException {
        var follower = ModelFollower.follow(config, cache);
        try {
            return new ModelLanes(config, cache, runs, metrics, follower);
        } catch (RuntimeException e) {
            follower.close();
            throw e;
        }
    }

    private ModelLane newestThatServes() {
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

    /** The lane of the version that answers at an event time, by the {@link #route}. */
    ModelLane at(long timeMillis) {
        if (known != follower.announced()
                || timeMillis < sinceMillis
                || timeMillis >= untilMillis
                || (!isAllThere && System.nanoTime() - nextAttemptNanos >= 0)) {
            lookUp(timeMillis);
        }
        if (route == Score.Route.FALLBACK) {
            metrics.fellBack();
        }
        newestMillis = Math.max(newestMillis, timeMillis);
        return lane;
    }

    /** Why the lane that was asked for last answers. */
    Score.Route route() {
        return route;
    }

    /** Who challenges the lane that was asked for last, or null where nobody does. */
    @Nullable Challenge challenge() {
        return challenge;
    }

    private void lookUp(long timeMillis) {
        follower.reached(timeMillis);
        Announced now = follower.announced();
        if (now != known) {
            noteLate(now);
            known = now;
        }
        sinceMillis = known.since(timeMillis);
        untilMillis = known.until(timeMillis);
        isAllThere = true;
        ModelUpdate champion = known.champions().at(timeMillis);
        try {
            lane = lane(champion, Part.CHAMPION);
            route = Score.Route.CHAMPION;
        } catch (RuntimeException e) {
            if (route != Score.Route.FALLBACK) {
                LOG.error("{} answers for {}, which cannot be loaded", lane.version(), champion, e);
            }
            route = Score.Route.FALLBACK;
            tryAgainLater();
        }
        challenge = challenge(known.challengers().at(timeMillis), champion);
    }

    /**
     * The lane of the version that answered before the one of an event time, or null where there
     * was none, or it cannot be loaded.
     */
    @Nullable ModelLane previous(long timeMillis) {
        ModelUpdate before = known.champions().before(timeMillis);
        if (before == null || System.nanoTime() - nextPreviousNanos < 0) {
            return null;
        }
        try {
            return lane(before, Part.CHAMPION);
        } catch (RuntimeException e) {
            LOG.error("{} stands in for nothing, since it cannot be loaded", before, e);
            nextPreviousNanos = System.nanoTime() + NANOS_BETWEEN_ATTEMPTS;
            return null;
        }
    }

    /** A row was answered by a fallback. */
    void fellBack() {
        metrics.fellBack();
    }

    private @Nullable Challenge challenge(ModelUpdate challenger, ModelUpdate champion) {
        if (challenger.role() == ModelUpdate.Role.RETIRED
                || challenger.digest().equals(champion.digest())) {
            return null;
        }
        try {
            return new Challenge(
                    lane(challenger, Part.CANARY),
                    lane(challenger, Part.SHADOW),
                    new Share(challenger.digest(), challenger.share()));
        } catch (RuntimeException e) {
            LOG.error("{} does not challenge, since it cannot be loaded", challenger, e);
            tryAgainLater();
            return null;
        }
    }

    private void tryAgainLater() {
        isAllThere = false;
        nextAttemptNanos = System.nanoTime() + NANOS_BETWEEN_ATTEMPTS;
    }

    private ModelLane lane(ModelUpdate version, Part part) {
        var key = new Key(version.digest(), part);
        ModelLane loaded = lanes.get(key);
        if (loaded != null) {
            return loaded;
        }
        var lease = ModelHost.acquire(config, version, cache);
        var opened =
                switch (part) {
                    case CHAMPION ->
                            new ModelLane(
                                    config, version, lease, of("model", version, lease), runs);
                    case CANARY ->
                            new ModelLane(
                                    config.ofChallenger(),
                                    version,
                                    lease,
                                    of("challenger", version, lease),
                                    runs);
                    case SHADOW ->
                            new ModelLane(
                                    config.ofShadow(),
                                    version,
                                    lease,
                                    of("shadow", version, lease),
                                    runs);
                };
        lanes.put(key, opened);
        makeRoom(opened);
        return opened;
    }

    private InferenceMetrics.OfVersion of(String part, ModelUpdate version, ModelHost.Lease lease) {
        return metrics.of(part, version.toString(), lease);
    }

    private void makeRoom(ModelLane opened) {
        List<ModelLane> leastRecent = new ArrayList<>(lanes.values());
        for (ModelLane old : leastRecent) {
            if (lanes.size() > MOST && old != opened && !isInUse(old) && old.isAtRest()) {
                close(old);
            }
        }
    }

    private boolean isInUse(ModelLane asked) {
        var current = challenge;
        return asked == lane
                || (current != null && (asked == current.canary() || asked == current.shadow()));
    }

    /** Whether rows have been scored that the news would have given to another version. */
    private void noteLate(Announced now) {
        Set<ModelUpdate> before = Set.copyOf(known.champions().updates());
        for (ModelUpdate update : now.champions().updates()) {
            if (update.fromMillis() <= newestMillis && !before.contains(update)) {
                metrics.announcedLate();
                LOG.warn(
                        "{} was announced for {} on, when rows up to {} had been scored; announce"
                                + " it further ahead",
                        update,
                        update.fromMillis(),
                        newestMillis);
            }
        }
    }

    /** Whether a lane is still one of these. */
    boolean isOpen(ModelLane asked) {
        return lanes.containsValue(asked);
    }

    /** Lets go versions that do not answer from an event time on. */
    void retire(long watermarkMillis) {
        if (lanes.size() == 1) {
            return;
        }
        for (ModelLane old : List.copyOf(lanes.values())) {
            if (!isInUse(old)
                    && old.isAtRest()
                    && known.isOver(old.version().digest(), watermarkMillis)) {
                close(old);
            }
        }
    }

    private void close(ModelLane old) {
        lanes.values().remove(old);
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
        List.copyOf(lanes.values()).forEach(this::close);
        follower.close();
    }
}
