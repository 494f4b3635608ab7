package io.millrace.monitor;

import io.millrace.record.TaskFolder;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Keeps the first rows of a model version in Flink until {@link Learning} can make a profile of
 * them, and lays that beside the version. Where it cannot, it tries again with a later slide: a
 * registry that is down stops nothing, and is asked again after ten minutes at the earliest. Rows
 * of a version that has scored nothing for long are let go. Nothing leaves it.
 */
final class LearnFunction extends KeyedProcessFunction<String, FirstRow, FirstRow> {
    private static final long serialVersionUID = 1L;

    /** Rows are sorted once there are so many times more than are needed. */
    private static final int SLACK = 2;

    /** A registry that hangs holds the task up for its deadline, half a minute: seldom enough. */
    private static final long MILLIS_BETWEEN_TRIES = 600_000;

    private static final long DAY = 86_400_000;

    /** So long after the last row, in event time, a version is given up. */
    static final long IDLE_MILLIS = 90 * DAY;

    private final LearnConfig config;
    private final ProfileSource profiles;

    private transient ProfileSource local;
    private transient Learning learning;
    private transient LearnMetrics metrics;
    private transient ListState<FirstRow> rows;
    private transient ValueState<Integer> kept;
    private transient ValueState<Long> newest;

    /** Processing time, from which on the registry may be asked again. */
    private transient long nextTryMillis;

    /** Whether the version's profile is there: no row is needed any more. */
    private transient ValueState<Boolean> learned;

    @SuppressWarnings("NullAway.Init") // set in open()
    LearnFunction(LearnConfig config, ProfileSource profiles) {
        this.config = config;
        this.profiles = profiles;
    }

    @Override
    public void open(OpenContext context) {
        local = profiles.in(TaskFolder.of(getRuntimeContext()));
        learning = new Learning(config);
        metrics = new LearnMetrics(getRuntimeContext().getMetricGroup());
        rows =
                getRuntimeContext()
                        .getListState(
                                new ListStateDescriptor<>(
                                        "rows", TypeInformation.of(FirstRow.class)));
        kept = getRuntimeContext().getState(new ValueStateDescriptor<>("kept", Types.INT));
        newest = getRuntimeContext().getState(new ValueStateDescriptor<>("newest", Types.LONG));
        learned =
                getRuntimeContext().getState(new ValueStateDescriptor<>("learned", Types.BOOLEAN));
    }

    @Override
    public void processElement(FirstRow row, Context context, Collector<FirstRow> out)
            throws Exception {
        if (learned.value() != null) {
            // Whoever sent it has not yet seen the profile.
            return;
        }
        rows.add(row);
        Integer before = kept.value();
        int now = before == null ? 1 : before + 1;
        if (now >= SLACK * config.rows()) {
            List<FirstRow> first = learning.first(all());
            rows.update(first);
            now = first.size();
        }
        kept.update(now);
        Long latest = newest.value();
        if (latest == null || row.eventTimeMillis() > latest) {
            newest.update(row.eventTimeMillis());
        }
        tryLater(row.eventTimeMillis(), context);
        // Of a day there is one timer.
        long day = Math.floorDiv(row.eventTimeMillis(), DAY) + 1;
        context.timerService().registerEventTimeTimer(day * DAY + IDLE_MILLIS);
    }

    /** At the end of the slide that is due next; never again once the stream has ended. */
    private void tryLater(long eventTimeMillis, Context context) {
        long watermark = context.timerService().currentWatermark();
        if (watermark < Long.MAX_VALUE) {
            long from = Math.max(eventTimeMillis, watermark + 1);
            long slide = config.slideMillis();
            context.timerService()
                    .registerEventTimeTimer((Math.floorDiv(from, slide) + 1) * slide - 1);
        }
    }

    private List<FirstRow> all() throws Exception {
        var all = new ArrayList<FirstRow>();
        rows.get().forEach(all::add);
        return all;
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<FirstRow> out)
            throws Exception {
        Long last = newest.value();
        if (last != null && last + IDLE_MILLIS < timestamp) {
            forget();
            return;
        }
        Integer there = kept.value();
        if (there == null || there < config.rows()) {
            return;
        }
        long now = context.timerService().currentProcessingTime();
        if (now < nextTryMillis) {
            tryLater(timestamp + 1, context);
            return;
        }
        List<FirstRow> all = all();
        ReferenceProfile profile = learning.profile(all, timestamp);
        if (profile == null) {
            return;
        }
        switch (local.put(all.get(0).version(), profile)) {
            case WRITTEN -> {
                metrics.learned();
                settle();
            }
            case THERE_ALREADY -> settle();
            case FAILED -> {
                metrics.failed();
                nextTryMillis = now + MILLIS_BETWEEN_TRIES;
                tryLater(timestamp + 1, context);
            }
        }
    }

    private void settle() throws Exception {
        learned.update(true);
        forget();
    }

    private void forget() {
        rows.clear();
        kept.clear();
        newest.clear();
    }
}
