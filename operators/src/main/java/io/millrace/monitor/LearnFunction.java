package io.millrace.monitor;

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
import org.apache.flink.streaming.api.operators.StreamingRuntimeContext;
import org.apache.flink.util.Collector;

/**
 * Keeps the first rows of a model version in Flink until {@link Learning} can make a profile of
 * them, and lays that beside the version. Where it cannot, it tries again with the next slide: a
 * registry that is down stops nothing. Nothing leaves it.
 */
final class LearnFunction extends KeyedProcessFunction<String, FirstRow, FirstRow> {
    private static final long serialVersionUID = 1L;

    /** Rows are sorted once there are so many times more than are needed. */
    private static final int SLACK = 2;

    private final LearnConfig config;
    private final ProfileSource profiles;

    private transient ProfileSource local;
    private transient Learning learning;
    private transient LearnMetrics metrics;
    private transient ListState<FirstRow> rows;
    private transient ValueState<Integer> kept;

    /** Whether the version's profile is there: no row is needed any more. */
    private transient ValueState<Boolean> learned;

    @SuppressWarnings("NullAway.Init") // set in open()
    LearnFunction(LearnConfig config, ProfileSource profiles) {
        this.config = config;
        this.profiles = profiles;
    }

    @Override
    public void open(OpenContext context) {
        local =
                profiles.in(
                        ((StreamingRuntimeContext) getRuntimeContext())
                                .getTaskManagerRuntimeInfo()
                                .getTmpDirectories()[0]);
        learning = new Learning(config);
        metrics = new LearnMetrics(getRuntimeContext().getMetricGroup());
        rows =
                getRuntimeContext()
                        .getListState(
                                new ListStateDescriptor<>(
                                        "rows", TypeInformation.of(FirstRow.class)));
        kept = getRuntimeContext().getState(new ValueStateDescriptor<>("kept", Types.INT));
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
        tryLater(row.eventTimeMillis(), context);
    }

    /** At the end of the slide that is due next. */
    private void tryLater(long eventTimeMillis, Context context) {
        long from = Math.max(eventTimeMillis, context.timerService().currentWatermark() + 1);
        long slide = config.slideMillis();
        context.timerService().registerEventTimeTimer((Math.floorDiv(from, slide) + 1) * slide - 1);
    }

    private List<FirstRow> all() throws Exception {
        var all = new ArrayList<FirstRow>();
        rows.get().forEach(all::add);
        return all;
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<FirstRow> out)
            throws Exception {
        Integer there = kept.value();
        if (there == null || there < config.rows()) {
            return;
        }
        List<FirstRow> all = all();
        ReferenceProfile profile = learning.profile(all, timestamp);
        if (profile == null) {
            return;
        }
        if (local.put(all.get(0).version(), profile)) {
            metrics.learned();
            learned.update(true);
            rows.clear();
            kept.clear();
        } else {
            metrics.failed();
            tryLater(timestamp + 1, context);
        }
    }
}
