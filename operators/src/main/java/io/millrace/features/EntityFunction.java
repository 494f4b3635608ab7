package io.millrace.features;

import io.millrace.record.DeadLetter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyContext;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Holds each entity's {@link EntityPast} and waiting rows in Flink and lets {@link EntityWindows}
 * do the thinking.
 *
 * <p>At most two timers of a key are outstanding: one at the time of its oldest waiting row, one at
 * the time when its past may be spent.
 *
 * @param <T> what leaves the step
 */
final class EntityFunction<T> extends KeyedProcessFunction<Object, Partial, T>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    /** How much of the heap the pasts of busy entities may take in one step of one subtask. */
    private static final long PASTS_BYTES = 32 << 20;

    /** The same for their waiting rows. */
    private static final long WAITING_BYTES = 16 << 20;

    /** What a waiting row with its original bytes takes, roughly. */
    private static final long ROW_BYTES = 1_000;

    private final EntityWindows windows;
    private final HistoryPlan history;
    private final Lateness lateness;
    private final Exit<T> exit;
    private final WaitingRows rows;

    /** The entity's past; absent where nothing is remembered. */
    private transient ValueState<EntityPast> pasts;

    /** Rows that wait for the watermark, as they came. */
    private transient ValueState<List<Partial>> waiting;

    /** The time of the oldest waiting row, for which a timer is outstanding. */
    private transient ValueState<Long> oldestWaiting;

    /** How many rows of this subtask wait: what a metric needs to be right after a restore. */
    @SuppressWarnings("NullAway.Init") // Flink calls initializeState before open.
    private transient ListState<Long> bufferedRows;

    /** How far back each subtask's history goes; after a restore each knows of all. */
    @SuppressWarnings("NullAway.Init")
    private transient ListState<Recorded> recorded;

    @SuppressWarnings("NullAway.Init")
    private transient Coverage coverage;

    private transient long restoredRows;
    private transient FeatureMetrics metrics;
    private transient Settling<T> settling;
    private transient List<Partial> due;

    /** Tells the current entity; null where busy entities are not held. */
    private transient @Nullable KeyContext keys;

    private transient List<BusyState<?>> busy;

    EntityFunction(
            EntityWindows windows,
            HistoryPlan history,
            Lateness lateness,
            Exit<T> exit,
            WaitingRows rows) {
        this.windows = windows;
        this.history = history;
        this.lateness = lateness;
        this.exit = exit;
        this.rows = rows;
    }

    static ValueStateDescriptor<EntityPast> pasts(EntityWindows windows) {
        return new ValueStateDescriptor<>("past", new EntityPastSerializer(windows.layout()));
    }

    static ValueStateDescriptor<List<Partial>> waiting(WaitingRows rows) {
        return new ValueStateDescriptor<>("waiting", new ListSerializer<>(rows.serializer()));
    }

    static ValueStateDescriptor<Long> oldestWaiting() {
        return new ValueStateDescriptor<>("oldest-waiting", LongSerializer.INSTANCE);
    }

    static ListStateDescriptor<Long> bufferedRows() {
        return new ListStateDescriptor<>("buffered-rows", LongSerializer.INSTANCE);
    }

    /** A union list: after a restore each subtask sees all. */
    static ListStateDescriptor<Recorded> recorded() {
        return new ListStateDescriptor<>("recorded", new RecordedSerializer());
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        bufferedRows = context.getOperatorStateStore().getListState(bufferedRows());
        for (long count : bufferedRows.get()) {
            restoredRows += count;
        }
        recorded = context.getOperatorStateStore().getUnionListState(recorded());
        var restored = new ArrayList<Recorded>();
        recorded.get().forEach(restored::add);
        coverage =
                new Coverage(
                        history, lateness, restored.isEmpty() ? null : Recorded.merge(restored));
    }

    @Override
    public void open(OpenContext context) {
        var runtime = getRuntimeContext();
        busy = new ArrayList<>();
        pasts = runtime.getState(pasts(windows));
        waiting = runtime.getState(waiting(rows));
        oldestWaiting = runtime.getState(oldestWaiting());
        if (keys != null) {
            pasts = busy(pasts, keys, EntityPast::heapBytes, PASTS_BYTES);
            waiting = busy(waiting, keys, rows -> rows.size() * ROW_BYTES, WAITING_BYTES);
            oldestWaiting = busy(oldestWaiting, keys, oldest -> Long.BYTES, WAITING_BYTES);
        }
        metrics = new FeatureMetrics(runtime.getMetricGroup());
        metrics.restored(restoredRows);
        settling = new Settling<>(windows, exit, metrics, warming());
        due = new ArrayList<>();
    }

    /**
     * Holds busy entities on the heap from {@link #open} on. Whoever asks for it must call {@link
     * #writeBack} before each snapshot.
     *
     * @param keys tells and sets the entity that all states are about
     */
    void holdBusyEntities(KeyContext keys) {
        this.keys = keys;
    }

    void writeBack() throws IOException {
        for (var state : busy) {
            state.writeBack();
        }
    }

    private <V> ValueState<V> busy(
            ValueState<V> state, KeyContext keys, ToLongFunction<V> bytesOf, long mostBytes) {
        var held = new BusyState<>(state, keys, bytesOf, mostBytes);
        busy.add(held);
        return held;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        bufferedRows.update(List.of(metrics.bufferedRows()));
        recorded.update(List.of(coverage.recorded()));
    }

    @Override
    public void processElement(Partial row, Context context, Collector<T> out) throws Exception {
        coverage.reached(context.timerService().currentWatermark());
        // After a restore, the watermark is where it was before it has come there again.
        long watermarkMillis =
                lateness.waits()
                        ? coverage.watermarkMillis()
                        : context.timerService().currentWatermark();
        if (lateness.isTooLate(row.isLabel(), row.timeMillis(), watermarkMillis)) {
            refuseLate(row, watermarkMillis, context);
        } else if (lateness.waits()) {
            await(row, context);
        } else {
            EntityPast known = pasts.value();
            EntityPast past = windows.recall(known);
            boolean isChanged = settle(row, past, context, out);
            remember(past, known != null, isChanged, context);
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<T> out) throws Exception {
        long watermarkMillis = context.timerService().currentWatermark();
        coverage.reached(watermarkMillis);
        Long oldest = oldestWaiting.value();
        if (oldest != null && oldest <= watermarkMillis) {
            release(watermarkMillis, context);
        }
        EntityPast known = pasts.value();
        EntityPast past = windows.recall(known);
        boolean isChanged = settleDue(past, context, out);
        boolean mayBeSpent =
                past.expiryMillis() != EntityPast.NO_EXPIRY
                        && past.expiryMillis() <= watermarkMillis;
        if (mayBeSpent) {
            windows.forget(past, lateness.horizonMillis(watermarkMillis, watermarkMillis));
            past.expiresAt(EntityPast.NO_EXPIRY);
            isChanged = true;
        }
        remember(past, known != null, isChanged, context);
    }

    /** Keeps a row until the watermark passes it. */
    private void await(Partial row, Context context) throws Exception {
        await(row, waiting, oldestWaiting, context.timerService());
        metrics.buffered();
    }

    /** Keeps a row, and one timer at the time of the oldest that is kept. */
    static void await(
            Partial row,
            ValueState<List<Partial>> waiting,
            ValueState<Long> oldestWaiting,
            TimerService timers)
            throws IOException {
        List<Partial> known = waiting.value();
        List<Partial> rows = known == null ? new ArrayList<>(1) : known;
        rows.add(row);
        waiting.update(rows);
        Long oldest = oldestWaiting.value();
        if (oldest == null || row.timeMillis() < oldest) {
            if (oldest != null) {
                timers.deleteEventTimeTimer(oldest);
            }
            awaitFrom(row.timeMillis(), oldestWaiting, timers);
        }
    }

    private static void awaitFrom(
            long oldestMillis, ValueState<Long> oldestWaiting, TimerService timers)
            throws IOException {
        timers.registerEventTimeTimer(oldestMillis);
        oldestWaiting.update(oldestMillis);
    }

    /** Moves the rows that the watermark has passed to {@link #due}, in event-time order. */
    private void release(long watermarkMillis, Context context) throws Exception {
        var rest = new ArrayList<Partial>(0);
        long oldestRest = Long.MAX_VALUE;
        for (Partial row : waiting.value()) {
            if (row.timeMillis() <= watermarkMillis) {
                due.add(rows.adopt(row));
            } else {
                rest.add(row);
                oldestRest = Math.min(oldestRest, row.timeMillis());
            }
        }
        if (rest.isEmpty()) {
            waiting.clear();
            oldestWaiting.clear();
        } else {
            waiting.update(rest);
            awaitFrom(oldestRest, oldestWaiting, context.timerService());
        }
        if (due.size() > 1) {
            due.sort(Partial.EVENT_TIME_ORDER);
        }
        metrics.released(due.size());
    }

    /**
     * Settles what is {@linkplain #due}.
     *
     * @return whether the past has learnt anything
     */
    private boolean settleDue(EntityPast past, Context context, Collector<T> out) {
        boolean isChanged = false;
        for (int i = 0; i < due.size(); i++) {
            isChanged |= settle(due.get(i), past, context, out);
        }
        due.clear();
        return isChanged;
    }

    private boolean settle(Partial row, EntityPast past, Context context, Collector<T> out) {
        return settling.settle(
                row,
                past,
                lateness.horizonMillis(row.timeMillis(), context.timerService().currentWatermark()),
                out,
                refused -> context.output(DeadLetter.TAG, refused));
    }

    private Settling.Warming warming() {
        return new Settling.Warming() {
            @Override
            public void learnt(Partial row) {
                coverage.learnt(row.isLabel(), row.timeMillis());
            }

            @Override
            public int[] asOf(Partial event) {
                return Slots.union(rows.complete(event), coverage.warmingAt(event.timeMillis()));
            }
        };
    }

    /** Writes a past back, or clears it where nothing is left, and sees to it that it expires. */
    private void remember(EntityPast past, boolean isKnown, boolean isChanged, Context context)
            throws Exception {
        if (past.isEmpty()) {
            if (isKnown) {
                if (past.expiryMillis() != EntityPast.NO_EXPIRY) {
                    context.timerService().deleteEventTimeTimer(past.expiryMillis());
                }
                pasts.clear();
            }
            return;
        }
        if (!isChanged) {
            return; // What was forgotten meanwhile will be forgotten again.
        }
        if (past.expiryMillis() == EntityPast.NO_EXPIRY) {
            past.expiresAt(lateness.watermarkOf(windows.spentAtMillis(past)));
            context.timerService().registerEventTimeTimer(past.expiryMillis());
        }
        pasts.update(past);
    }

    private void refuseLate(Partial row, long watermarkMillis, Context context) {
        metrics.tooLate(row.isLabel());
        long refusedMillis = lateness.latestRefused(row.isLabel(), watermarkMillis);
        context.output(
                DeadLetter.TAG,
                new DeadLetter(
                        row.event().origin(),
                        FeatureStage.STAGE,
                        DeadLetter.Reason.TOO_LATE,
                        "event time is %d; it must be after %d"
                                .formatted(row.timeMillis(), refusedMillis),
                        row.event().id()));
    }
}
