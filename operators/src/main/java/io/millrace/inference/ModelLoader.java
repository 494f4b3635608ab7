package io.millrace.inference;

import io.millrace.record.ModelUpdate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the models that a subtask's rows wait for, one after another on a thread of its own: what
 * has been loaded must have served its rows before the next one may take its place.
 *
 * <p>All fields belong to the task's thread, but for what is finished.
 */
final class ModelLoader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelLoader.class);

    /** Between two attempts to load a version that cannot be loaded. */
    static final long NANOS_BETWEEN_ATTEMPTS = 10_000_000_000L;

    private final ModelShelf shelf;
    private final String threadName;
    private final Consumer<Runnable> soon;
    private final Receiver receiver;

    /** The first that was asked for first; the one that is being loaded among them. */
    private final Map<Key, Wanted> asked = new LinkedHashMap<>();

    private final Map<Key, Refusal> refusals = new HashMap<>();
    private boolean isLoading;

    /** The rows of what was loaded last have not been served yet. */
    private boolean isServing;

    private @Nullable ExecutorService thread;

    /** What the thread has loaded, until the task takes it. */
    private final ConcurrentLinkedQueue<Finished> finished = new ConcurrentLinkedQueue<>();

    private volatile boolean isClosed;

    private record Key(String model, String digest, ModelUpdate.Role role) {
        static Key of(ModelUpdate version) {
            return new Key(version.model(), version.digest(), version.role());
        }
    }

    /**
     * A version that rows wait for.
     *
     * @param beside which other version they need too, or null
     */
    private record Wanted(ModelUpdate version, @Nullable ModelUpdate beside) {}

    /** Why a version could not be loaded, and when that is tried again. */
    private record Refusal(RuntimeException failure, long nextAttemptNanos) {}

    /** Leases on what was wanted, or a failure. */
    private record Finished(
            Wanted wanted, List<ModelHost.Lease> leases, @Nullable Throwable failure) {}

    /** Who is told, in the task's thread. */
    interface Receiver {

        /**
         * Opens a version for what it is, while it is loaded in any case.
         *
         * @throws RuntimeException where it cannot be used
         */
        void open(ModelUpdate version);

        /** It is known whether a version serves. {@link #next} is called when its rows are. */
        void isDecided(ModelUpdate version);
    }

    /**
     * A thread is begun when something is asked for.
     *
     * @param soon does something in the task's thread; called in any thread
     */
    ModelLoader(ModelShelf shelf, String threadName, Consumer<Runnable> soon, Receiver receiver) {
        this.shelf = shelf;
        this.threadName = threadName;
        this.soon = soon;
        this.receiver = receiver;
    }

    /**
     * Asks for a version, unless that has been done.
     *
     * @param beside which other version its rows need too, or null: it is there with this one, even
     *     where there is no room for both
     * @return why it could not be loaded the last time, whether or not that is tried again; null
     *     where its rows must wait
     */
    @Nullable RuntimeException ask(ModelUpdate version, @Nullable ModelUpdate beside) {
        Refusal before = refusals.get(Key.of(version));
        if (before == null || System.nanoTime() - before.nextAttemptNanos >= 0) {
            asked.putIfAbsent(Key.of(version), new Wanted(version, beside));
            if (!isServing) {
                next();
            }
        }
        return before == null ? null : before.failure;
    }

    /** Goes on with what was asked for next; the rows of what was loaded have been served. */
    void next() {
        isServing = false;
        if (!isLoading && !asked.isEmpty()) {
            isLoading = true;
            Wanted wanted = asked.values().iterator().next();
            thread().execute(() -> makeRoom(wanted));
        }
    }

    private ExecutorService thread() {
        if (thread == null) {
            thread = Executors.newSingleThreadExecutor(task -> new Thread(task, threadName));
        }
        return thread;
    }

    private void makeRoom(Wanted wanted) {
        if (isClosed) {
            return;
        }
        List<String> evicted;
        try {
            evicted = shelf.reserve(wanted.version);
        } catch (RuntimeException | Error e) {
            finish(new Finished(wanted, List.of(), e));
            return;
        }
        if (evicted.isEmpty()) {
            load(wanted);
        } else {
            // After the mails by which the subtask gives those back.
            soon.accept(() -> thread().execute(() -> load(wanted)));
        }
    }

    private void load(Wanted wanted) {
        if (isClosed) {
            return;
        }
        List<ModelHost.Lease> leases = new ArrayList<>();
        Throwable failure = null;
        try {
            leases.add(shelf.acquire(wanted.version));
            if (wanted.beside != null) {
                leases.add(shelf.acquire(wanted.beside));
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        finish(new Finished(wanted, leases, failure));
    }

    private void finish(Finished loaded) {
        finished.add(loaded);
        soon.accept(this::take);
    }

    private void take() {
        Finished loaded = finished.remove();
        isLoading = false;
        isServing = true;
        ModelUpdate version = loaded.wanted.version;
        asked.remove(Key.of(version));
        RuntimeException refused = refused(loaded);
        if (refused == null) {
            refusals.remove(Key.of(version));
        } else {
            LOG.warn("{} is tried again when its rows come", version, refused);
            refusals.put(
                    Key.of(version),
                    new Refusal(refused, System.nanoTime() + NANOS_BETWEEN_ATTEMPTS));
        }
        receiver.isDecided(version);
    }

    private @Nullable RuntimeException refused(Finished loaded) {
        try {
            if (loaded.failure instanceof Error bug) {
                throw bug;
            }
            if (loaded.failure == null) {
                receiver.open(loaded.wanted.version);
                if (loaded.wanted.beside != null) {
                    receiver.open(loaded.wanted.beside);
                }
            }
            return (RuntimeException) loaded.failure;
        } catch (RuntimeException e) {
            return e;
        } finally {
            loaded.leases.forEach(ModelHost.Lease::close);
        }
    }

    /** Waits for the model that is being loaded: a process that ends meanwhile crashes. */
    @Override
    public void close() throws InterruptedException {
        isClosed = true;
        if (thread != null) {
            thread.shutdown();
            if (!thread.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS)) {
                throw new AssertionError("centuries have passed");
            }
        }
        finished.forEach(loaded -> loaded.leases.forEach(ModelHost.Lease::close));
    }
}
