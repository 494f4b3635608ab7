package io.millrace.inference;

import io.millrace.record.FeatureVector;
import io.millrace.record.ModelUpdate;
import io.millrace.record.Origin;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of this process. A model is loaded once, shared by all subtasks that score with it,
 * and closed when the last of them has given back its lease.
 *
 * <p>Whoever asks for a model first loads it, in its own thread; whoever asks meanwhile waits for
 * that model, and for no other.
 *
 * <p>Invariant: a model in {@code HOSTED} has at least one lease.
 */
final class ModelHost {
    private static final Logger LOG = LoggerFactory.getLogger(ModelHost.class);

    private static final Map<Key, Hosted> HOSTED = new HashMap<>();

    /** Of each size; fewer where they take long. */
    private static final int WARM_UP_RUNS = 20;

    private static final long WARM_UP_NANOS = 50_000_000;

    private ModelHost() {}

    /** One session for each model and device. */
    private record Key(String digest, ModelDevice device) {}

    /**
     * A model that has been loaded.
     *
     * @param bytes the size of its file
     * @param loadMillis how long it took to fetch, check and load it
     * @param runCosts what its runs took once it was warm
     */
    private record Loaded(Scorer model, long bytes, long loadMillis, RunCosts runCosts) {}

    private static final class Hosted {
        private final FutureTask<Loaded> loading;
        private int leases;

        Hosted(FutureTask<Loaded> loading) {
            this.loading = loading;
        }

        /**
         * Closes the model where there is one: whoever loads it holds a lease until it is there.
         */
        void close() {
            if (loading.isDone()) {
                try {
                    loading.get().model.close();
                } catch (ExecutionException e) {
                    LOG.debug("A model that was never loaded need not be closed", e);
                } catch (InterruptedException e) {
                    throw new AssertionError("what is done is not waited for", e);
                }
            }
        }
    }

    /** The right to score with a model until it is given back. Not safe for concurrent use. */
    static final class Lease implements AutoCloseable {
        private final Key key;
        private final Hosted hosted;
        private final Loaded loaded;
        private boolean closed;

        private Lease(Key key, Hosted hosted, Loaded loaded) {
            this.key = key;
            this.hosted = hosted;
            this.loaded = loaded;
        }

        Scorer model() {
            return loaded.model;
        }

        /** The size of the model's file. */
        long bytes() {
            return loaded.bytes;
        }

        /** How long it took to fetch, check and load it. */
        long loadMillis() {
            return loaded.loadMillis;
        }

        RunCosts runCosts() {
            return loaded.runCosts;
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            leave(key, hosted);
        }
    }

    /**
     * A lease on a version; fetches, checks, loads and warms it up where this process does not have
     * it yet.
     *
     * @param cache where the checked copies of model files are kept
     * @throws RuntimeException where it cannot serve: {@link UnfitModelException}, or the
     *     registry's own
     */
    static Lease acquire(InferenceConfig config, ModelUpdate version, Path cache) {
        return acquire(config, version, cache, null);
    }

    /**
     * The same of a version that need not be warmed up.
     *
     * @param runCosts what its runs take; null where nobody knows
     */
    static Lease acquire(
            InferenceConfig config, ModelUpdate version, Path cache, @Nullable RunCosts runCosts) {
        var key = new Key(version.digest(), config.device());
        Hosted hosted;
        synchronized (HOSTED) {
            hosted =
                    HOSTED.computeIfAbsent(
                            key,
                            absent ->
                                    new Hosted(
                                            new FutureTask<>(
                                                    () -> load(config, version, cache, runCosts))));
            hosted.leases++;
        }
        try {
            // Does nothing where it has begun.
            hosted.loading.run();
            return new Lease(key, hosted, hosted.loading.get());
        } catch (ExecutionException e) {
            leave(key, hosted);
            throw e.getCause() instanceof RuntimeException known
                    ? known
                    : new UnfitModelException(version + " could not be loaded: " + e.getCause(), e);
        } catch (InterruptedException e) {
            leave(key, hosted);
            Thread.currentThread().interrupt();
            throw new UnfitModelException(version + " was given up while it was loaded", e);
        }
    }

    /** Whether a lease on a version is had at once. */
    static boolean has(InferenceConfig config, ModelUpdate version) {
        synchronized (HOSTED) {
            Hosted hosted = HOSTED.get(new Key(version.digest(), config.device()));
            return hosted != null && hosted.loading.isDone();
        }
    }

    /** A lease on a version that this process has, or null where it must be loaded first. */
    static @Nullable Lease acquireLoaded(InferenceConfig config, ModelUpdate version) {
        var key = new Key(version.digest(), config.device());
        Hosted hosted;
        synchronized (HOSTED) {
            hosted = HOSTED.get(key);
            if (hosted == null || !hosted.loading.isDone()) {
                return null;
            }
            hosted.leases++;
        }
        try {
            return new Lease(key, hosted, hosted.loading.get());
        } catch (ExecutionException e) {
            LOG.debug("{} could not be loaded; whoever asks for it next tries again", version, e);
            leave(key, hosted);
            return null;
        } catch (InterruptedException e) {
            throw new AssertionError("what is done is not waited for", e);
        }
    }

    private static void leave(Key key, Hosted hosted) {
        synchronized (HOSTED) {
            hosted.leases--;
            if (hosted.leases > 0) {
                return;
            }
            HOSTED.remove(key, hosted);
        }
        hosted.close();
    }

    /** How many models this process holds. */
    static int hosted() {
        synchronized (HOSTED) {
            return HOSTED.size();
        }
    }

    private static Loaded load(
            InferenceConfig config, ModelUpdate wanted, Path cache, @Nullable RunCosts runCosts) {
        long beganNanos = System.nanoTime();
        ModelRegistry registry = ModelRegistry.at(config.registry(), cache);
        ModelVersion version = registry.pinned(wanted.model(), wanted.version(), wanted.digest());
        Scorer model = ModelCheck.load(registry, version, config.device());
        LOG.info("{} runs on {}", version, model.device());
        long loadMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNanos);
        return new Loaded(
                model,
                version.bytes(),
                loadMillis,
                runCosts == null ? warmUp(model, config) : runCosts);
    }

    private static RunCosts warmUp(Scorer model, InferenceConfig config) {
        var origin = new Origin("", 0, 0, 0, null, new byte[0]);
        var zeros = new FeatureVector(origin, "", 0, "", new double[model.inputWidth()]);
        int capacity = config.batchRows(model.inputWidth());
        try (var batch = new MicroBatch(model, capacity, config.runTimeoutMillis())) {
            long[] nanos = new long[RunCosts.exponent(capacity) + 1];
            int sizes = 0;
            do {
                while (batch.rows() < 1 << sizes) {
                    batch.add(zeros);
                }
                nanos[sizes] = typicalRunNanos(batch);
                sizes++;
            } while (sizes < nanos.length && nanos[sizes - 1] < WARM_UP_NANOS);
            return new RunCosts(Arrays.copyOf(nanos, sizes));
        }
    }

    private static long typicalRunNanos(MicroBatch batch) {
        long[] nanos = new long[WARM_UP_RUNS];
        long total = 0;
        int runs = 0;
        while (runs == 0 || (runs < nanos.length && total < WARM_UP_NANOS)) {
            long start = System.nanoTime();
            batch.score();
            nanos[runs] = System.nanoTime() - start;
            total += nanos[runs];
            runs++;
        }
        Arrays.sort(nanos, 0, runs);
        return nanos[runs / 2];
    }
}
