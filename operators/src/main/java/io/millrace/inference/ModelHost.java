package io.millrace.inference;

import io.millrace.record.FeatureVector;
import io.millrace.record.Origin;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The models of this process. A model is loaded once, shared by all subtasks that score with it,
 * and closed when the last of them has given back its lease.
 *
 * <p>Invariant: a model in {@code HOSTED} has at least one lease.
 */
final class ModelHost {
    private static final Map<String, Hosted> HOSTED = new HashMap<>();

    private static final int WARM_UP_RUNS = 20;

    private ModelHost() {}

    private static final class Hosted {
        private final OnnxModel model;
        private final long warmUpRunNanos;
        private int leases;

        Hosted(OnnxModel model, long warmUpRunNanos) {
            this.model = model;
            this.warmUpRunNanos = warmUpRunNanos;
        }
    }

    /** The right to score with a model until it is given back. Not safe for concurrent use. */
    static final class Lease implements AutoCloseable {
        private final String digest;
        private final Hosted hosted;
        private boolean closed;

        private Lease(String digest, Hosted hosted) {
            this.digest = digest;
            this.hosted = hosted;
        }

        Scorer model() {
            return hosted.model;
        }

        /** What one run of a full batch took once warm, nanoseconds. */
        long warmUpRunNanos() {
            return hosted.warmUpRunNanos;
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            synchronized (HOSTED) {
                hosted.leases--;
                if (hosted.leases == 0) {
                    HOSTED.remove(digest);
                    hosted.model.close();
                }
            }
        }
    }

    /**
     * A lease on the configured version; fetches, checks, loads and warms it up where this process
     * does not have it yet.
     *
     * @param cache where the checked copies of model files are kept
     */
    static Lease acquire(InferenceConfig config, Path cache) {
        synchronized (HOSTED) {
            Hosted hosted = HOSTED.get(config.modelDigest());
            if (hosted == null) {
                hosted = load(config, cache);
                HOSTED.put(config.modelDigest(), hosted);
            }
            hosted.leases++;
            return new Lease(config.modelDigest(), hosted);
        }
    }

    /** How many models this process holds. */
    static int hosted() {
        synchronized (HOSTED) {
            return HOSTED.size();
        }
    }

    private static Hosted load(InferenceConfig config, Path cache) {
        ModelRegistry registry = ModelRegistry.inDirectory(Path.of(config.registryRoot()), cache);
        ModelVersion version = registry.version(config.modelName(), config.modelVersion());
        if (!version.digest().equals(config.modelDigest())) {
            throw new UnfitModelException(
                    "%s/%s has the digest %s in the registry; it must still be %s, as when the job was built"
                            .formatted(
                                    version.name(),
                                    version.version(),
                                    version.digest(),
                                    config.modelDigest()));
        }
        OnnxModel model = ModelCheck.load(registry, version);
        return new Hosted(model, warmUp(model, config.batchRows()));
    }

    private static long warmUp(OnnxModel model, int rows) {
        var origin = new Origin("", 0, 0, 0, null, new byte[0]);
        var zeros = new FeatureVector(origin, "", 0, "", new double[model.inputWidth()]);
        try (var batch = new MicroBatch(model, rows)) {
            while (!batch.isFull()) {
                batch.add(zeros);
            }
            long[] nanos = new long[WARM_UP_RUNS];
            for (int run = 0; run < WARM_UP_RUNS; run++) {
                long start = System.nanoTime();
                batch.score();
                nanos[run] = System.nanoTime() - start;
            }
            Arrays.sort(nanos);
            return nanos[WARM_UP_RUNS / 2];
        }
    }
}
