package io.millrace.inference;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.millrace.record.ModelLog;
import io.millrace.record.ModelUpdate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the announcements of a job for all of its subtasks in this process, and loads what has been
 * announced before anybody scores with it.
 *
 * <p>What cannot be read or loaded changes nothing: the versions that are known go on, and it is
 * tried again.
 */
final class ModelFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelFollower.class);

    private static final Map<InferenceConfig, Shared> FOLLOWED = new HashMap<>();

    /** Versions that are loaded before their time, beside the one whose time it is. */
    private static final int MOST_AHEAD = 3;

    private static final Duration WAIT = Duration.ofMillis(500);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

    private final InferenceConfig config;
    private final Shared shared;
    private boolean closed;

    private ModelFollower(InferenceConfig config, Shared shared) {
        this.config = config;
        this.shared = shared;
    }

    /**
     * Begins to follow, and knows all that has been announced so far.
     *
     * @param cache where the checked copies of model files are kept
     * @throws RuntimeException where the log cannot be read
     */
    static ModelFollower follow(InferenceConfig config, Path cache) {
        synchronized (FOLLOWED) {
            Shared shared = FOLLOWED.get(config);
            if (shared == null) {
                shared = new Shared(config, cache);
                FOLLOWED.put(config, shared);
            }
            shared.followers++;
            return new ModelFollower(config, shared);
        }
    }

    /** What is known now. Another object where anything has been announced. */
    AnnouncedModels announced() {
        return shared.announced;
    }

    /** Where many models are kept; null where there is one. */
    @Nullable ModelShelf shelf() {
        return shared.shelf;
    }

    /** Rows of an event time are asked for: versions that were over before it are not held. */
    void reached(long timeMillis) {
        shared.reachedMillis.accumulateAndGet(timeMillis, Math::max);
    }

    /**
     * Tells a subtask from now on when what has been announced is loaded.
     *
     * @param loaded called in any thread
     */
    void tell(Runnable loaded) {
        shared.followed.add(loaded);
    }

    void tellNoMore(Runnable loaded) {
        shared.followed.remove(loaded);
    }

    @Override
    public void close() throws InterruptedException {
        if (closed) {
            return;
        }
        closed = true;
        synchronized (FOLLOWED) {
            shared.followers--;
            if (shared.followers > 0) {
                return;
            }
            FOLLOWED.remove(config);
        }
        shared.close();
    }

    private static final class Shared {
        private final InferenceConfig config;
        private final Path cache;
        private final ModelLog.@Nullable Reading reading;
        private final @Nullable Thread thread;
        private volatile AnnouncedModels announced;
        private final @Nullable ModelShelf shelf;
        private final CountDownLatch ended = new CountDownLatch(1);

        /** On what may be asked for next of the one model, by digest. */
        private final Map<String, ModelHost.Lease> held = new HashMap<>();

        private final List<Runnable> followed = new CopyOnWriteArrayList<>();

        /** The newest event time that was asked for, or {@code Long.MIN_VALUE}. */
        private final AtomicLong reachedMillis = new AtomicLong(Long.MIN_VALUE);

        private int followers;

        Shared(InferenceConfig config, Path cache) {
            this.config = config;
            this.cache = cache;
            this.announced = config.pinned();
            var many = config.many();
            this.shelf = many == null ? null : new ModelShelf(config, many.memoryBytes(), cache);
            if (config.announced() == null) {
                reading = null;
                thread = null;
                return;
            }
            reading = config.announced().open();
            try {
                learn(reading);
            } catch (RuntimeException e) {
                reading.close();
                throw e;
            }
            thread = new Thread(this::follow, "announcements about " + models());
            thread.setDaemon(true);
            thread.start();
        }

        private String models() {
            var many = config.many();
            return many == null ? config.first().get(0).model() : many.name();
        }

        private boolean learn(ModelLog.Reading from) {
            AnnouncedModels known = announced.plus(from.next(WAIT));
            boolean isNews = known != announced;
            announced = known;
            return isNews;
        }

        private void follow() {
            var log = reading;
            long loadedFor = Long.MAX_VALUE;
            String said = "";
            while (log != null && !isEnded()) {
                try {
                    // A shelf keeps what was used last, wherever event time is.
                    long reached = shelf == null ? reachedMillis.get() : Long.MIN_VALUE;
                    if (learn(log) || reached != loadedFor) {
                        // Again where it fails.
                        loadedFor = Long.MAX_VALUE;
                        load(reached);
                        loadedFor = reached;
                        followed.forEach(Runnable::run);
                    }
                    said = "";
                } catch (RuntimeException e) {
                    String failure = String.valueOf(e.getMessage());
                    if (!isEnded() && !failure.equals(said)) {
                        LOG.warn("The versions that are loaded go on: {}", failure, e);
                        said = failure;
                    }
                    pause();
                }
            }
        }

        /** So that no subtask has to load what comes next. */
        private void load(long reached) {
            if (shelf == null) {
                hold(upcoming(Objects.requireNonNull(announced.of("")), reached));
            } else {
                prepare(shelf);
            }
        }

        /** What may be asked for from an event time on; the newest where none was asked for. */
        private List<ModelUpdate> upcoming(Announced known, long reached) {
            long from = reached == Long.MIN_VALUE ? Long.MAX_VALUE : reached;
            var upcoming = new ArrayList<ModelUpdate>(known.champions().next(from, MOST_AHEAD));
            ModelUpdate newest = known.champions().last();
            if (config.fallback().isPreviousAsked()) {
                ModelUpdate previous = known.champions().before(newest.fromMillis());
                if (previous != null) {
                    upcoming.add(previous);
                }
            }
            for (ModelUpdate challenger : known.challengers().next(from, MOST_AHEAD)) {
                if (challenger.role() != ModelUpdate.Role.RETIRED) {
                    upcoming.add(challenger);
                }
            }
            return upcoming;
        }

        /**
         * Loads what is not yet held, and lets go the rest.
         *
         * @throws RuntimeException the first failure, when all others have been loaded
         */
        private void hold(List<ModelUpdate> upcoming) {
            RuntimeException failure = null;
            for (ModelUpdate update : upcoming) {
                try {
                    if (!held.containsKey(update.digest())) {
                        held.put(update.digest(), ModelHost.acquire(config, update, cache));
                    }
                } catch (RuntimeException e) {
                    failure = failure == null ? e : failure;
                }
            }
            Set<String> digests =
                    upcoming.stream().map(ModelUpdate::digest).collect(Collectors.toSet());
            var over = new HashMap<>(held);
            over.keySet().removeAll(digests);
            held.keySet().retainAll(digests);
            over.values().forEach(ModelHost.Lease::close);
            if (failure != null) {
                throw failure;
            }
        }

        /** As many models as there is room for; one that cannot be loaded holds up no other. */
        private void prepare(ModelShelf onto) {
            RuntimeException failure = null;
            for (Announced model : announced.all()) {
                ModelUpdate newest = model.champions().last();
                if (isEnded()) {
                    return;
                }
                try {
                    onto.prepare(newest, model.champions().before(newest.fromMillis()));
                    ModelUpdate challenger = model.challengers().last();
                    if (challenger.role() != ModelUpdate.Role.RETIRED) {
                        onto.prepare(challenger, newest);
                    }
                } catch (RuntimeException e) {
                    failure = failure == null ? e : failure;
                }
            }
            if (failure != null) {
                throw failure;
            }
        }

        private boolean isEnded() {
            return ended.getCount() == 0;
        }

        /** Returns early where it is to end. */
        private void pause() {
            try {
                if (!ended.await(PAUSE_AFTER_FAILURE.toMillis(), MILLISECONDS)) {
                    LOG.debug("Trying again");
                }
            } catch (InterruptedException e) {
                ended.countDown();
            }
        }

        private void close() throws InterruptedException {
            ended.countDown();
            if (thread != null) {
                // A process that ends while a session is made crashes: so this one is waited for.
                thread.join();
            }
            held.values().forEach(ModelHost.Lease::close);
            if (shelf != null) {
                shelf.close();
            }
            if (reading != null) {
                reading.close();
            }
        }
    }
}
