package io.millrace.inference;

import io.millrace.record.ModelUpdate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which model version answers, or which one challenges, at which event time.
 *
 * <p>Invariant: updates are sorted by their time, all of which differ; the first one also answers
 * what is before it.
 */
final class Timeline {
    private final List<ModelUpdate> updates;

    private Timeline(List<ModelUpdate> updates) {
        this.updates = updates;
    }

    /** One version at all times. */
    static Timeline of(ModelUpdate first) {
        return new Timeline(List.of(first));
    }

    /** The timeline after one more announcement, which revokes those from its time on. */
    Timeline plus(ModelUpdate update) {
        var kept = new ArrayList<ModelUpdate>();
        for (ModelUpdate earlier : updates) {
            if (earlier.fromMillis() < update.fromMillis()) {
                kept.add(earlier);
            }
        }
        kept.add(update);
        return new Timeline(List.copyOf(kept));
    }

    /** What answers at an event time. */
    ModelUpdate at(long timeMillis) {
        return updates.get(indexAt(timeMillis));
    }

    /** The first event time after {@code timeMillis} at which another update begins. */
    long until(long timeMillis) {
        int next = indexAt(timeMillis) + 1;
        return next == updates.size() ? Long.MAX_VALUE : updates.get(next).fromMillis();
    }

    /** The first event time of what answers at an event time. */
    long since(long timeMillis) {
        int index = indexAt(timeMillis);
        return index == 0 ? Long.MIN_VALUE : updates.get(index).fromMillis();
    }

    /** The last other version before what answers at an event time, or null where there is none. */
    @Nullable ModelUpdate before(long timeMillis) {
        int index = indexAt(timeMillis);
        String digest = updates.get(index).digest();
        while (index >= 0 && updates.get(index).digest().equals(digest)) {
            index--;
        }
        return index < 0 ? null : updates.get(index);
    }

    /** What answers at an event time, and the next ones, at most so many. */
    List<ModelUpdate> next(long timeMillis, int most) {
        int index = indexAt(timeMillis);
        return updates.subList(index, Math.min(index + 1 + most, updates.size()));
    }

    /** What answers in the end. */
    ModelUpdate last() {
        return updates.get(updates.size() - 1);
    }

    /** Whether a version does not answer from an event time on. */
    boolean isOver(String digest, long timeMillis) {
        for (int index = indexAt(timeMillis); index < updates.size(); index++) {
            ModelUpdate update = updates.get(index);
            if (update.digest().equals(digest) && update.role() != ModelUpdate.Role.RETIRED) {
                return false;
            }
        }
        return true;
    }

    private int indexAt(long timeMillis) {
        int index = updates.size() - 1;
        while (index > 0 && updates.get(index).fromMillis() > timeMillis) {
            index--;
        }
        return index;
    }

    /** The updates in the order of their times. */
    List<ModelUpdate> updates() {
        return updates;
    }
}
