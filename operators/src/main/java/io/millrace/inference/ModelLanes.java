package io.millrace.inference;

import io.millrace.record.ModelUpdate;
import io.millrace.record.Score;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model versions that one subtask scores with: the one that the timeline names for an event's
 * time, and those around it while their times overlap.
 *
 * <p>The version of the row before nearly always answers the next one too; all else is looked up. A
 * version that cannot be loaded leaves its rows to the version that answered before it, and is
 * tried again. Belongs to the task's thread.
 */
final class ModelLanes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelLanes.class);

    /** Versions at once: more than the one that goes, the one that comes, and one rolled back. */
    private static final int MOST = 4;

    private static final long NANOS_BETWEEN_ATTEMPTS = 10_000_000_000L;

    private final InferenceConfig config;
    private final Path cache;
    private final InferenceMetrics metrics;
    private final ModelFollower follower;

    /** By digest, the least recently used first. */
    private final Map<String, ModelLane> lanes = new LinkedHashMap<>(8, 0.75f, true);

    /** What was looked up last, and the event times for which it holds. */
    private Timeline known;

    private ModelLane lane;
    private Score.Route route = Score.Route.CHAMPION;
    private long sinceMillis = Long.MAX_VALUE;
    private long untilMillis = Long.MIN_VALUE;

    private long newestMillis = Long.MIN_VALUE;
    private long nextAttemptNanos;

    private ModelLanes(
            InferenceConfig config, Path cache, InferenceMetrics metrics, ModelFollower follower) {
        this.config = config;
        this.cache = cache;
        this.metrics = metrics;
        this.follower = follower;
        this.known = follower.timeline();
        this.lane = newestThatServes();
    }

    /**
     * Learns what has been announced, and loads the newest version that serves.
     *
     * @param cache where the checked copies of model files are kept
     * @throws RuntimeException where the announcements cannot be read, or no version serves
     */
    static ModelLanes open(InferenceConfig config, Path cache, InferenceMetrics metrics)
            throws InterruptedException {
        var follower = ModelFollower.follow(config, cache);
        try {
            return new ModelLanes(config, cache, metrics, follower);
        } catch (RuntimeException e) {
            follower.close();
            throw e;
        }
    }

    private ModelLane newestThatServes() {
        RuntimeException failure = null;
        for (int i = known.updates().size() - 1; i >= 0; i--) {
            ModelUpdate version = known.updates().get(i);
            try {
                return opened(version);
            } catch (RuntimeException e) {
                LOG.error("{} cannot be loaded", version, e);
                failure = failure == null ? e : failure;
            }
        }
        throw Objects.requireNonNull(failure);
    }

    /** The lane of the version that answers at an event time, by the {@link #route}. */
    ModelLane at(long timeMillis) {
        if (known != follower.timeline() || timeMillis < sinceMillis || timeMillis >= untilMillis) {
            lookUp(timeMillis);
        } else if (route == Score.Route.FALLBACK && System.nanoTime() - nextAttemptNanos >= 0) {
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

    private void lookUp(long timeMillis) {
        Timeline now = follower.timeline();
        if (now != known) {
            noteLate(now);
            known = now;
        }
        ModelUpdate version = known.at(timeMillis);
        sinceMillis = known.since(timeMillis);
        untilMillis = known.until(timeMillis);
        ModelLane loaded = lanes.get(version.digest());
        if (loaded != null) {
            lane = loaded;
            route = Score.Route.CHAMPION;
            return;
        }
        try {
            lane = opened(version);
            route = Score.Route.CHAMPION;
        } catch (RuntimeException e) {
            if (route != Score.Route.FALLBACK) {
                LOG.error("{} answers for {}, which cannot be loaded", lane.version(), version, e);
            }
            route = Score.Route.FALLBACK;
            nextAttemptNanos = System.nanoTime() + NANOS_BETWEEN_ATTEMPTS;
        }
    }

    private ModelLane opened(ModelUpdate version) {
        var lease = ModelHost.acquire(config, version, cache);
        var opened = new ModelLane(config, version, lease, metrics.of(version.toString(), lease));
        lanes.put(version.digest(), opened);
        makeRoom(opened);
        return opened;
    }

    private void makeRoom(ModelLane opened) {
        List<ModelLane> leastRecent = new ArrayList<>(lanes.values());
        for (ModelLane old : leastRecent) {
            if (lanes.size() > MOST && old != opened && old != lane && old.isAtRest()) {
                close(old);
            }
        }
    }

    /** Whether rows have been scored that the news would have given to another version. */
    private void noteLate(Timeline now) {
        for (ModelUpdate update : now.updates()) {
            if (update.fromMillis() <= newestMillis && !known.updates().contains(update)) {
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

    /** Lets go versions that do not answer from an event time on. */
    void retire(long watermarkMillis) {
        if (lanes.size() == 1) {
            return;
        }
        for (ModelLane old : List.copyOf(lanes.values())) {
            if (old != lane
                    && old.isAtRest()
                    && known.isOver(old.version().digest(), watermarkMillis)) {
                close(old);
            }
        }
    }

    private void close(ModelLane old) {
        lanes.remove(old.version().digest());
        old.close();
    }

    /** Keeps the sessions open whose runs have not ended. */
    void abandon() {
        for (ModelLane old : List.copyOf(lanes.values())) {
            if (!old.isAtRest()) {
                lanes.remove(old.version().digest());
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
