package io.millrace.inference;

import io.millrace.record.ModelUpdate;
import io.millrace.registry.ModelRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that a job of many keeps loaded in this process, within its budget: the one that was
 * used least recently makes room for another. Shared by all subtasks; safe for concurrent use.
 *
 * <p>Which models are loaded changes no score: only how long a row waits for its own.
 *
 * <p>Invariant: what is on the shelf counts at most the budget. A model that was taken off is
 * closed when the last subtask has given back its lease.
 */
final class ModelShelf {
    private static final Logger LOG = LoggerFactory.getLogger(ModelShelf.class);

    private final InferenceConfig config;
    private final long budgetBytes;
    private final Path cache;

    /** By digest, the least recently used first. */
    private final Map<String, Place> places = new LinkedHashMap<>(16, 0.75f, true);

    /** What runs took of all that were loaded once, so that nobody warms one up again. */
    private final Map<String, RunCosts> runCosts = new HashMap<>();

    private final List<Consumer<String>> holders = new CopyOnWriteArrayList<>();
    private long heldBytes;
    private long loads;
    private long evictions;

    /** A model's place. */
    private static final class Place {
        private final long bytes;

        /** Null while it is being loaded. */
        private ModelHost.@Nullable Lease lease;

        Place(long bytes) {
            this.bytes = bytes;
        }
    }

    ModelShelf(InferenceConfig config, long budgetBytes, Path cache) {
        this.config = config;
        this.budgetBytes = budgetBytes;
        this.cache = cache;
    }

    /**
     * Tells a subtask from now on which models it must give back.
     *
     * @param leave takes the digest of a model that was taken off the shelf, in any thread
     */
    void tell(Consumer<String> leave) {
        holders.add(leave);
    }

    void tellNoMore(Consumer<String> leave) {
        holders.remove(leave);
    }

    /**
     * Gives a version its place, and takes it from those that were used least recently.
     *
     * @return the digests of those, which whoever scores with them must give back; all subtasks are
     *     told
     * @throws RuntimeException where it is not known, or is larger than the whole budget
     */
    List<String> reserve(ModelUpdate version) {
        if (use(version.digest())) {
            return List.of();
        }
        List<String> evicted = put(version.digest(), bytesOf(version));
        evicted.forEach(old -> holders.forEach(holder -> holder.accept(old)));
        return evicted;
    }

    /**
     * A lease on a version that has its place; loads it, in the caller's thread.
     *
     * @throws RuntimeException where it cannot serve
     */
    ModelHost.Lease acquire(ModelUpdate version) {
        try {
            var lease = ModelHost.acquire(config, version, cache, costsOf(version.digest()));
            keep(version, lease.runCosts());
            return lease;
        } catch (RuntimeException e) {
            forget(version.digest());
            throw e;
        }
    }

    /** A lease on a version that has its place and is loaded, or null. */
    ModelHost.@Nullable Lease acquireLoaded(ModelUpdate version) {
        return use(version.digest()) ? ModelHost.acquireLoaded(config, version) : null;
    }

    private long bytesOf(ModelUpdate version) {
        var registered =
                ModelRegistry.at(config.registry(), cache)
                        .pinned(version.model(), version.version(), version.digest());
        long bytes = InferenceConfig.heldBytes(registered);
        if (bytes > budgetBytes) {
            throw new UnfitModelException(
                    "%s counts as %d bytes; model.memory is %d and must be at least that"
                            .formatted(version, bytes, budgetBytes));
        }
        return bytes;
    }

    private synchronized List<String> put(String digest, long bytes) {
        List<String> evicted = new ArrayList<>();
        if (places.containsKey(digest)) {
            return evicted;
        }
        var oldest = places.entrySet().iterator();
        while (heldBytes + bytes > budgetBytes) {
            var old = oldest.next();
            oldest.remove();
            heldBytes -= old.getValue().bytes;
            evictions++;
            evicted.add(old.getKey());
            close(old.getValue());
        }
        places.put(digest, new Place(bytes));
        heldBytes += bytes;
        return evicted;
    }

    private static void close(Place place) {
        if (place.lease != null) {
            place.lease.close();
        }
    }

    /** Holds what was loaded, unless it had to make room meanwhile. */
    private synchronized void keep(ModelUpdate version, RunCosts costs) {
        runCosts.put(version.digest(), costs);
        Place place = places.get(version.digest());
        if (place != null && place.lease == null) {
            loads++;
            place.lease = ModelHost.acquire(config, version, cache, costs);
        }
    }

    private synchronized void forget(String digest) {
        Place place = places.get(digest);
        if (place != null && place.lease == null) {
            places.remove(digest);
            heldBytes -= place.bytes;
        }
    }

    private synchronized @Nullable RunCosts costsOf(String digest) {
        return runCosts.get(digest);
    }

    /**
     * Loads a version before anybody asks for it: where there is room, or the one that it follows
     * is in use.
     *
     * @param before the version before it, or null where it is the first
     */
    void prepare(ModelUpdate version, @Nullable ModelUpdate before) {
        if (!has(version.digest())
                && (hasRoom(bytesOf(version)) || (before != null && has(before.digest())))) {
            reserve(version);
            acquire(version).close();
            LOG.info("{} is loaded before its first row", version);
        }
    }

    private synchronized boolean hasRoom(long bytes) {
        return heldBytes + bytes <= budgetBytes;
    }

    synchronized boolean has(String digest) {
        return places.containsKey(digest);
    }

    /** A model is used now; returns whether it is on the shelf. */
    synchronized boolean use(String digest) {
        return places.get(digest) != null;
    }

    /** How many models there are. */
    synchronized int models() {
        return places.size();
    }

    /** What they count. */
    synchronized long heldBytes() {
        return heldBytes;
    }

    /** How often one was loaded. */
    synchronized long loads() {
        return loads;
    }

    /** How often one made room for another. */
    synchronized long evictions() {
        return evictions;
    }

    /** Gives back all, when no subtask is left. */
    synchronized void close() {
        places.values().forEach(ModelShelf::close);
        places.clear();
        heldBytes = 0;
    }
}
