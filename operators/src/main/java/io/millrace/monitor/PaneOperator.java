package io.millrace.monitor;

import io.millrace.record.Score;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Counts the scores that one subtask sees, by pane, model version and segment, and hands the counts
 * on once the watermark has passed the pane's end: so a busy segment is shared by all subtasks, and
 * what is keyed is a few counts. Up to {@value ScoreRows#MOST} scores of a pane wait to be counted
 * together; what leaves and what is kept counts them too.
 *
 * <p>A row counts for its segment and for all rows. It is counted twice only where the segment has
 * a reference of its own, and so bins of its own.
 *
 * <p>Late rows make further counts of their pane, which leave with the next watermark.
 */
final class PaneOperator extends AbstractStreamOperator<Pane>
        implements OneInputStreamOperator<Score, Pane> {
    private static final long serialVersionUID = 1L;

    private final MonitorConfig settings;
    private final ProfileSource profiles;

    private transient Map<OpenKey, OpenPane> open;
    private transient List<Pane> restored;
    private transient VersionLayouts layouts;
    private transient ListState<Pane> state;
    private transient @Nullable OpenKey lastKey;
    private transient @Nullable OpenPane last;
    private transient long earliestEnd;

    private record OpenKey(long startMillis, VersionId version, String segment) {

        boolean isOf(Score score, long slideMillis) {
            long since = score.eventTimeMillis() - startMillis;
            return since >= 0
                    && since < slideMillis
                    && segment.equals(score.segment())
                    && version.isOf(score);
        }

        OpenKey ofAll() {
            return new OpenKey(startMillis, version, "");
        }
    }

    /** The counts of a pane, and its last scores, which are counted together. */
    private static final class OpenPane {
        private final CountLayout layout;
        private final Counts counts;
        private final ScoreRows waiting;

        /** Where its rows count for all rows too; null where these counts do. */
        private final @Nullable OpenPane all;

        OpenPane(CountLayout layout, @Nullable OpenPane all) {
            this.layout = layout;
            this.counts = new Counts(layout);
            this.waiting = layout.rows();
            this.all = all;
        }

        void add(Score score) {
            count(score);
            if (all != null) {
                all.count(score);
            }
        }

        private void count(Score score) {
            if (score.warming().length > 0) {
                layout.count(score, counts);
                return;
            }
            counts.sample(score);
            waiting.add(score);
            if (waiting.isFull()) {
                countWaiting();
            }
        }

        void countWaiting() {
            layout.count(waiting, counts);
            waiting.clear();
        }
    }

    @SuppressWarnings("NullAway.Init") // set in initializeState(), before the first record
    PaneOperator(MonitorConfig settings, ProfileSource profiles) {
        this.settings = settings;
        this.profiles = profiles;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        open = new HashMap<>();
        restored = new ArrayList<>();
        String temporary =
                getContainingTask().getEnvironment().getTaskManagerInfo().getTmpDirectories()[0];
        layouts = new VersionLayouts(settings.watched(), profiles.in(temporary));
        earliestEnd = Long.MAX_VALUE;
        state =
                context.getOperatorStateStore()
                        .getListState(new ListStateDescriptor<>("panes", Pane.class));
        for (Pane pane : state.get()) {
            // Merged where all counts are: the profile may have been replaced meanwhile.
            restored.add(pane);
            earliestEnd = Math.min(earliestEnd, endOf(pane.startMillis()));
        }
    }

    @Override
    public void processElement(StreamRecord<Score> element) {
        Score score = element.getValue();
        OpenPane pane = last;
        if (pane == null || lastKey == null || !lastKey.isOf(score, settings.slideMillis())) {
            pane = find(score);
        }
        pane.add(score);
    }

    private OpenPane find(Score score) {
        long slide = settings.slideMillis();
        long start = Math.floorDiv(score.eventTimeMillis(), slide) * slide;
        var key = new OpenKey(start, VersionId.of(score), score.segment());
        OpenPane pane = find(key);
        lastKey = key;
        last = pane;
        return pane;
    }

    private OpenPane find(OpenKey key) {
        OpenPane pane = open.get(key);
        if (pane == null) {
            var version = layouts.of(key.version(), key.startMillis());
            pane =
                    new OpenPane(
                            version.of(key.segment()),
                            version.hasOwn(key.segment()) ? find(key.ofAll()) : null);
            open.put(key, pane);
            earliestEnd = Math.min(earliestEnd, endOf(key.startMillis()));
        }
        return pane;
    }

    private long endOf(long start) {
        return start + settings.slideMillis();
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        // A watermark t says that t has passed: a pane that ends at t + 1 is complete.
        if (mark.getTimestamp() >= earliestEnd - 1) {
            release(mark.getTimestamp());
        }
        super.processWatermark(mark);
    }

    private void release(long watermarkMillis) {
        earliestEnd = Long.MAX_VALUE;
        lastKey = null;
        last = null;
        var waiting = new ArrayList<Pane>();
        for (Pane pane : restored) {
            if (isDue(pane.startMillis(), watermarkMillis)) {
                emit(pane);
            } else {
                waiting.add(pane);
            }
        }
        restored = waiting;
        var due = new HashMap<OpenKey, OpenPane>();
        open.forEach(
                (key, pane) -> {
                    if (isDue(key.startMillis(), watermarkMillis)) {
                        due.put(key, pane);
                    }
                });
        open.keySet().removeAll(due.keySet());
        panes(due).forEach(this::emit);
    }

    private boolean isDue(long start, long watermarkMillis) {
        long end = endOf(start);
        boolean due = end - 1 <= watermarkMillis;
        if (!due) {
            earliestEnd = Math.min(earliestEnd, end);
        }
        return due;
    }

    private void emit(Pane pane) {
        output.collect(new StreamRecord<>(pane, pane.startMillis()));
    }

    /** What has been counted so far, of each segment and of all rows. */
    private static List<Pane> panes(Map<OpenKey, OpenPane> counted) {
        var panes = new ArrayList<Pane>();
        var ofAll = new HashMap<OpenKey, Map<CountLayout, Counts>>();
        counted.forEach(
                (key, open) -> {
                    open.countWaiting();
                    Pane pane = pane(key, open.counts, open.layout);
                    if (!key.segment().isEmpty()) {
                        panes.add(pane);
                    }
                    if (open.all == null) {
                        // There may be two: the profile may have come in between.
                        ofAll.computeIfAbsent(key.ofAll(), all -> new HashMap<>())
                                .computeIfAbsent(open.layout, Counts::new)
                                .add(pane, open.layout);
                    }
                });
        ofAll.forEach(
                (key, all) ->
                        all.forEach((layout, counts) -> panes.add(pane(key, counts, layout))));
        return panes;
    }

    private static Pane pane(OpenKey key, Counts counts, CountLayout layout) {
        return counts.pane(key.startMillis(), key.version(), key.segment(), layout.name());
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        var panes = new ArrayList<>(restored);
        panes.addAll(panes(open));
        state.update(panes);
    }
}
