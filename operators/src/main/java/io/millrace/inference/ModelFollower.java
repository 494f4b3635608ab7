package io.millrace.inference;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.millrace.record.ModelLog;
import io.millrace.record.ModelUpdate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
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

        /** On the last version that was announced. */
        private ModelHost.@Nullable Lease champion;

        /** On the version before it, where that one is a fallback. */
        private ModelHost.@Nullable Lease previous;

        /** On the last one that was announced to challenge it. */
        private ModelHost.@Nullable Lease challenger;

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
            boolean isToLoad = true;
            String said = "";
            while (log != null && !isEnded()) {
                try {
                    isToLoad |= learn(log);
                    if (isToLoad) {
                        load();
                        isToLoad = false;
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

        /** Holds the newest versions, so that no subtask has to load them. */
        private void load() {
            if (shelf != null) {
                prepare(shelf);
                return;
            }
            Announced known = Objects.requireNonNull(announced.of(""));
            ModelUpdate newest = known.champions().last();
            champion = held(newest, champion);
            if (config.fallback().isPreviousAsked()) {
                previous = held(known.champions().before(newest.fromMillis()), previous);
            }
            ModelUpdate challenging = known.challengers().last();
            boolean isChallenge = challenging.role() != ModelUpdate.Role.RETIRED;
            challenger = held(isChallenge ? challenging : null, challenger);
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
                } catch (RuntimeException e) {
                    failure = failure == null ? e : failure;
                }
            }
            if (failure != null) {
                throw failure;
            }
        }

        private ModelHost.@Nullable Lease held(
                @Nullable ModelUpdate update, ModelHost.@Nullable Lease before) {
            var lease = update == null ? null : ModelHost.acquire(config, update, cache);
            if (before != null) {
                before.close();
            }
            return lease;
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
            for (var lease : Arrays.asList(champion, previous, challenger)) {
                if (lease != null) {
                    lease.close();
                }
            }
            if (shelf != null) {
                shelf.close();
            }
            if (reading != null) {
                reading.close();
            }
        }
    }
}
