package io.millrace.features;

import io.millrace.record.Event;
import java.io.Serializable;
import java.util.ArrayList;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/**
 * All windows of one entity. It changes an {@link EntityPast} as rows are learnt, and says what the
 * windows hold at an event's time.
 */
final class EntityWindows implements Serializable {
    private static final long serialVersionUID = 1L;

    private final @Nullable LogWindows overEvents;
    private final @Nullable LogWindows overLabels;

    /** Those of the two that there are, in this order: the logs of a past. */
    private final LogWindows[] logs;

    private final PastLayout layout;

    EntityWindows(@Nullable LogWindows overEvents, @Nullable LogWindows overLabels) {
        this.overEvents = overEvents;
        this.overLabels = overLabels;
        var both = new ArrayList<LogWindows>();
        var layouts = new ArrayList<PastLayout.LogLayout>();
        if (overEvents != null) {
            both.add(overEvents);
            layouts.add(overEvents.layout("events"));
        }
        if (overLabels != null) {
            both.add(overLabels);
            layouts.add(overLabels.layout("labels"));
        }
        this.logs = both.toArray(LogWindows[]::new);
        this.layout = new PastLayout(layouts);
    }

    /** The same windows, whose pasts keep beside each row where it was read. */
    EntityWindows ranked() {
        return new EntityWindows(
                overEvents == null ? null : overEvents.ranked(),
                overLabels == null ? null : overLabels.ranked());
    }

    boolean readLabels() {
        return overLabels != null;
    }

    /** How far back windows over labels reach; 0 where there are none. */
    long labelRetentionMillis() {
        return overLabels == null ? 0 : overLabels.retentionMillis();
    }

    /** What a past of these windows keeps. */
    PastLayout layout() {
        return layout;
    }

    EntityPast nothing() {
        return layout.nothing();
    }

    /** What is known of an entity, whichever features wrote it; an empty past where nothing is. */
    EntityPast recall(@Nullable EntityPast known) {
        return known == null ? nothing() : layout.adopt(known);
    }

    /**
     * Adds an event to the past, if any window is over events.
     *
     * @return whether the past has changed
     * @throws io.millrace.spec.ExpressionException where there is no value to keep of it; the past
     *     is as it was
     */
    boolean learnEvent(EntityPast past, long timeMillis, RowData row) {
        if (overEvents == null) {
            return false;
        }
        overEvents.learn(past.log(0), timeMillis, row);
        return true;
    }

    /**
     * Adds a label to the past, if any window is over labels.
     *
     * @return whether the past has changed
     * @throws io.millrace.spec.ExpressionException where there is no value to keep of it; the past
     *     is as it was
     */
    boolean learnLabel(EntityPast past, long timeMillis, RowData row) {
        if (overLabels == null) {
            return false;
        }
        overLabels.learn(past.log(logs.length - 1), timeMillis, row);
        return true;
    }

    /**
     * Adds a row to the past of {@link #ranked} windows, whenever it comes: rows of one instant are
     * in the order in which the source read them.
     *
     * @return whether the past has changed
     * @throws io.millrace.spec.ExpressionException as {@link #learnEvent} does
     */
    boolean learnRanked(EntityPast past, Event row, boolean isLabel) {
        var windows = isLabel ? overLabels : overEvents;
        if (windows == null) {
            return false;
        }
        windows.learnRanked(past.log(isLabel ? logs.length - 1 : 0), row);
        return true;
    }

    /** Forgets what no event at or after the horizon can see. */
    void forget(EntityPast past, long horizonMillis) {
        for (int i = 0; i < logs.length; i++) {
            past.log(i).forgetUntil(EventTime.before(horizonMillis, logs[i].retentionMillis()));
        }
    }

    /**
     * Writes what each window says of an event, which has just been learnt, into its slot of the
     * vector.
     *
     * @return what cannot be computed and why, or null
     */
    @Nullable String answer(EntityPast past, long timeMillis, double[] vector) {
        for (int i = 0; i < logs.length; i++) {
            String problem = logs[i].answer(past.log(i), timeMillis, logs[i] == overEvents, vector);
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    /** The horizon from which on a past is of no use: every window has passed its newest row. */
    long spentAtMillis(EntityPast past) {
        long spent = Long.MIN_VALUE;
        for (int i = 0; i < logs.length; i++) {
            RowLog log = past.log(i);
            if (log.size() > 0) {
                long newest = log.timeMillis(log.end() - 1);
                spent = Math.max(spent, EventTime.after(newest, logs[i].retentionMillis()));
            }
        }
        return spent;
    }
}
