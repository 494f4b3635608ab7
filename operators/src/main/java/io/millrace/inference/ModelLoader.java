package io.millrace.inference;

import io.millrace.record.ModelUpdate;
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

/**
 * Loads the models that a subtask's rows wait for, one after another on a thread of its own: what
 * has been loaded must have served its rows before the next one may take its place.
 *
 * <p>All fields belong to the task's thread, but for what is finished.
 */
final class ModelLoader implements AutoCloseable {
    /** Between two attempts to load a version that cannot be loaded. */
    static final long NANOS_BETWEEN_ATTEMPTS = 10_000_000_000L;

    private final ModelShelf shelf;
    private final String threadName;
    private final Consumer<Runnable> soon;
    private final Receiver receiver;

    /** The first that was asked for first; the one that is being loaded among them. */
    private final Map<Key, ModelUpdate> asked = new LinkedHashMap<>();

    private final Map<Key, Refusal> refusals = new HashMap<>();
    private boolean isLoading;

    /** The rows of what was loaded last have not been served yet. */
    private boolean isServing;

    private @Nullable ExecutorService thread;

    /** What the thread has loaded, until the task takes it. */
    private final ConcurrentLinkedQueue<Finished> finished = new ConcurrentLinkedQueue<>();

    private volatile boolean isClosed;

    private record Key(String model, String digest) {
        static Key of(ModelUpdate version) {
            return new Key(version.model(), version.digest());
        }
    }

    /** Why a version could not be loaded, and when that is tried again. */
    private record Refusal(RuntimeException failure, long nextAttemptNanos) {}

    /** A lease on a version, or a failure. */
    private record Finished(
            ModelUpdate version, ModelHost.@Nullable Lease lease, @Nullable Throwable failure) {}

    /** Who is told, in the task's thread. */
    interface Receiver {

        /**
         * Takes over the lease on a version.
         *
         * @throws RuntimeException where it cannot be used; the lease is given back
         */
        void open(ModelUpdate version, ModelHost.Lease lease);

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
     * @return why it could not be loaded the last time, whether or not that is tried again; null
     *     where its rows must wait
     */
    @Nullable RuntimeException ask(ModelUpdate version) {
        Refusal before = refusals.get(Key.of(version));
        if (before == null || System.nanoTime() - before.nextAttemptNanos >= 0) {
            asked.putIfAbsent(Key.of(version), version);
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
            ModelUpdate version = asked.values().iterator().next();
            thread().execute(() -> makeRoom(version));
        }
    }

    private ExecutorService thread() {
        if (thread == null) {
            thread = Executors.newSingleThreadExecutor(task -> new Thread(task, threadName));
        }
        return thread;
    }

    private void makeRoom(ModelUpdate version) {
        if (isClosed) {
            return;
        }
        List<String> evicted;
        try {
            evicted = shelf.reserve(version);
        } catch (RuntimeException | Error e) {
            finish(new Finished(version, null, e));
            return;
        }
        if (evicted.isEmpty()) {
            load(version);
        } else {
            // After the mails by which the subtask gives those back.
            soon.accept(() -> thread().execute(() -> load(version)));
        }
    }

    private void load(ModelUpdate version) {
        if (isClosed) {
            return;
        }
        try {
            finish(new Finished(version, shelf.acquire(version), null));
        } catch (RuntimeException | Error e) {
            finish(new Finished(version, null, e));
        }
    }

    private void finish(Finished loaded) {
        finished.add(loaded);
        soon.accept(this::take);
    }

    private void take() {
        Finished loaded = finished.remove();
        isLoading = false;
        isServing = true;
        ModelUpdate version = loaded.version;
        asked.remove(Key.of(version));
        RuntimeException refused = refused(loaded);
        if (refused == null) {
            refusals.remove(Key.of(version));
        } else {
            refusals.put(
                    Key.of(version),
                    new Refusal(refused, System.nanoTime() + NANOS_BETWEEN_ATTEMPTS));
        }
        receiver.isDecided(version);
    }

    private @Nullable RuntimeException refused(Finished loaded) {
        if (loaded.failure instanceof Error bug) {
            throw bug;
        }
        ModelHost.Lease lease = loaded.lease;
        if (lease == null) {
            return (RuntimeException) loaded.failure;
        }
        try {
            receiver.open(loaded.version, lease);
            return null;
        } catch (RuntimeException e) {
            return e;
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
        for (Finished loaded : finished) {
            if (loaded.lease != null) {
                loaded.lease.close();
            }
        }
    }
}
