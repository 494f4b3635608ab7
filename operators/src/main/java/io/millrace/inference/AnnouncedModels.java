package io.millrace.inference;

import io.millrace.record.ModelUpdate;
import io.millrace.record.ModelUpdate.Role;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has been announced of the models that a job scores with, by the name that its rows say.
 *
 * <p>Where there is one model, rows say no name, and it answers at all times. Of many, each is
 * known from the first event time on for which it was announced: one that was pinned when the job
 * was built is known at all times until it is announced.
 */
final class AnnouncedModels {
    private final boolean isMany;
    private final Map<String, Announced> byName;
    private final Set<String> pinned;

    private AnnouncedModels(boolean isMany, Map<String, Announced> byName, Set<String> pinned) {
        this.isMany = isMany;
        this.byName = byName;
        this.pinned = pinned;
    }

    /** One model, whatever its name. */
    static AnnouncedModels one(ModelUpdate first) {
        return new AnnouncedModels(false, Map.of("", Announced.of(first)), Set.of());
    }

    /** Many models, as they were when the job was built. */
    static AnnouncedModels many(Collection<ModelUpdate> firsts) {
        Map<String, Announced> byName = new LinkedHashMap<>();
        firsts.forEach(first -> byName.put(first.model(), Announced.of(first)));
        return new AnnouncedModels(true, byName, Set.copyOf(byName.keySet()));
    }

    /** The same after more announcements, in their order. */
    AnnouncedModels plus(List<ModelUpdate> updates) {
        if (updates.isEmpty()) {
            return this;
        }
        Map<String, Announced> next = new LinkedHashMap<>(byName);
        Set<String> stillPinned = new HashSet<>(pinned);
        for (ModelUpdate update : updates) {
            String name = isMany ? update.model() : "";
            Announced known = next.get(name);
            if (known == null) {
                // What nobody answers for cannot be challenged.
                if (update.role() == Role.CHAMPION) {
                    next.put(name, Announced.of(update));
                }
            } else if (update.role() == Role.CHAMPION && stillPinned.remove(name)) {
                next.put(name, known.with(update));
            } else {
                next.put(name, known.plus(update));
            }
        }
        return new AnnouncedModels(isMany, next, stillPinned);
    }

    /** What was announced of the model that rows name so, or null where it is not known. */
    @Nullable Announced of(String name) {
        return byName.get(name);
    }

    /** The same at an event time. */
    @Nullable Announced of(String name, long timeMillis) {
        Announced known = byName.get(name);
        return known != null && timeMillis >= knownSince(name) ? known : null;
    }

    /** The first event time at which a model is known that was announced. */
    long knownSince(String name) {
        if (!isMany) {
            return Long.MIN_VALUE;
        }
        var first = Objects.requireNonNull(byName.get(name)).champions().updates().get(0);
        // Announced for 0 on is announced for all times.
        return first.fromMillis() == 0 ? Long.MIN_VALUE : first.fromMillis();
    }

    /** What was announced of each model. */
    Collection<Announced> all() {
        return byName.values();
    }
}
