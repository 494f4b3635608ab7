package io.millrace.features;

import io.millrace.spec.ExpressionException;
import java.util.List;
import java.util.LongSummaryStatistics;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.state.api.functions.KeyedStateBootstrapFunction;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/**
 * Writes the state that an {@link EntityFunction} would have, had it seen these rows: each answered
 * row is learnt, each later one waits. Rows may come in any order: the past keeps where each was
 * read, and so puts those of one instant in the order of the source. The job drops that as it drops
 * any column that its features do not need.
 */
final class StepBootstrapFunction extends KeyedStateBootstrapFunction<Object, Partial>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    private final EntityWindows windows;
    private final HistoryPlan history;
    private final Lateness lateness;
    private final WaitingRows rows;
    private final Answered answered;
    private final boolean keepsEvents;
    private final boolean keepsLabels;

    private transient ValueState<EntityPast> pasts;
    private transient ValueState<List<Partial>> waiting;
    private transient ValueState<Long> oldestWaiting;

    @SuppressWarnings("NullAway.Init") // Flink calls initializeState before open.
    private transient ListState<Long> bufferedRows;

    @SuppressWarnings("NullAway.Init")
    private transient ListState<Recorded> recorded;

    @SuppressWarnings("NullAway.Init")
    private transient Coverage coverage;

    private transient long buffered;

    /** The times of what has been learnt: rows may come in any order. */
    @SuppressWarnings("NullAway.Init")
    private transient LongSummaryStatistics eventTimes;

    @SuppressWarnings("NullAway.Init")
    private transient LongSummaryStatistics labelTimes;

    /**
     * The state of one step.
     *
     * @param keepsEvents whether events that wait do so at this step
     * @param keepsLabels whether labels that wait do so at this step
     */
    StepBootstrapFunction(
            FeaturePlan.EntityStep step,
            Lateness lateness,
            WaitingRows rows,
            Answered answered,
            boolean keepsEvents,
            boolean keepsLabels) {
        this.windows = step.windows().ranked();
        this.history = step.history();
        this.lateness = lateness;
        this.rows = rows;
        this.answered = answered;
        this.keepsEvents = keepsEvents;
        this.keepsLabels = keepsLabels;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        var store = context.getOperatorStateStore();
        bufferedRows = store.getListState(EntityFunction.bufferedRows());
        recorded = store.getUnionListState(EntityFunction.recorded());
        coverage = new Coverage(history, lateness, null);
        coverage.reached(lateness.watermarkOf(answered.horizonMillis()));
        eventTimes = new LongSummaryStatistics();
        labelTimes = new LongSummaryStatistics();
    }

    @Override
    public void open(OpenContext context) {
        var runtime = getRuntimeContext();
        pasts = runtime.getState(EntityFunction.pasts(windows));
        waiting = runtime.getState(EntityFunction.waiting(rows));
        oldestWaiting = runtime.getState(EntityFunction.oldestWaiting());
    }

    @Override
    public void processElement(Partial row, Context context) throws Exception {
        if (row.timeMillis() <= answered.untilMillis()) {
            learn(row, context.timerService());
        } else if (row.isLabel() ? keepsLabels : keepsEvents) {
            EntityFunction.await(row, waiting, oldestWaiting, context.timerService());
            buffered++;
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        learnt(false, eventTimes);
        learnt(true, labelTimes);
        bufferedRows.update(List.of(buffered));
        recorded.update(List.of(coverage.recorded()));
    }

    /** A history begins with its earliest row, whichever came first. */
    private void learnt(boolean areLabels, LongSummaryStatistics times) {
        if (times.getCount() > 0) {
            coverage.learnt(areLabels, times.getMin());
            coverage.learnt(areLabels, times.getMax());
        }
    }

    private void learn(Partial row, TimerService timers) throws Exception {
        EntityPast past = windows.recall(pasts.value());
        boolean isChanged;
        try {
            isChanged = windows.learnRanked(past, row.event(), row.isLabel());
        } catch (ExpressionException e) {
            return; // It was refused, and so not learnt, when it came.
        }
        (row.isLabel() ? labelTimes : eventTimes).accept(row.timeMillis());
        windows.forget(past, answered.horizonMillis());
        if (!isChanged || past.isEmpty()) {
            return;
        }
        if (past.expiryMillis() == EntityPast.NO_EXPIRY) {
            past.expiresAt(lateness.watermarkOf(windows.spentAtMillis(past)));
            timers.registerEventTimeTimer(past.expiryMillis());
        }
        pasts.update(past);
    }
}
