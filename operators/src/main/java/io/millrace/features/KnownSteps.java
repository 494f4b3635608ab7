package io.millrace.features;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entities that a job keeps pasts of, as its checkpoints remember them: a step that is new
 * cannot tell a job's first start from one that goes on, since a checkpoint holds nothing of it.
 *
 * @param entities those of this job
 * @param claimsHistory whether steps take the topics' declared beginning for that of their history
 */
record KnownSteps(List<String> entities, boolean claimsHistory) implements Serializable {
    /** Stands in every list, so that one without entities is not one that was never written. */
    private static final String LIST = "";

    KnownSteps {
        entities = List.copyOf(entities);
    }

    static KnownSteps of(FeaturePlan plan, FeatureConfig config) {
        return new KnownSteps(
                plan.steps().stream().map(FeaturePlan.EntityStep::entity).toList(),
                config.historyFromMillis() != null);
    }

    /** What a checkpoint is to remember. */
    List<String> remembered() {
        var list = new ArrayList<>(entities);
        list.add(LIST);
        return list;
    }

    /**
     * Why a job must not go on from a checkpoint; null where it may.
     *
     * @param remembered what the checkpoint's job knew; empty where it did not say
     */
    @Nullable String problemOf(Collection<String> remembered) {
        if (!claimsHistory || remembered.isEmpty()) {
            return null;
        }
        List<String> unknown =
                entities.stream().filter(entity -> !remembered.contains(entity)).toList();
        return unknown.isEmpty()
                ? null
                : ("the checkpoint's job had no windows of %s, and features.history-from would"
                       + " count theirs as full, which begin now; start from a savepoint (on"
                       + " Kubernetes with upgradeMode: savepoint), or leave features.history-from"
                       + " out")
                        .formatted(String.join(", ", unknown));
    }
}
