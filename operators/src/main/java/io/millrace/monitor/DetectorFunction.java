package io.millrace.monitor;

import io.millrace.record.Alert;
import io.millrace.spec.MonitorSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Holds settled decisions in Flink until all of their second are there, and lets {@link
 * DecisionDetectors} see them in event-time order.
 */
final class DetectorFunction extends KeyedProcessFunction<String, Outcome, Alert> {
    private static final long serialVersionUID = 1L;
    private static final long SECOND = 1_000;

    private final long horizonMillis;
    private final List<MonitorSpec.Detector> detectors;

    private transient DecisionDetectors watch;
    private transient MapState<Long, List<DecisionRow>> waiting;
    private transient ValueState<DecisionMemory> state;
    private transient ValueState<Outcome> any;
    private transient Counter changes;

    /**
     * @param horizonMillis how long after their event decisions are settled
     */
    DetectorFunction(long horizonMillis, List<MonitorSpec.Detector> detectors) {
        this.horizonMillis = horizonMillis;
        this.detectors = List.copyOf(detectors);
    }

    /** Decisions are watched by model version and route. */
    static String keyOf(Outcome outcome) {
        return "%s/%s/%s".formatted(outcome.modelName(), outcome.modelVersion(), outcome.route());
    }

    @Override
    public void open(OpenContext context) {
        watch = new DecisionDetectors(detectors);
        waiting =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "waiting",
                                        Types.LONG,
                                        Types.LIST(Types.POJO(DecisionRow.class))));
        state =
                getRuntimeContext()
                        .getState(new ValueStateDescriptor<>("detectors", DecisionMemory.class));
        any = getRuntimeContext().getState(new ValueStateDescriptor<>("any", Outcome.class));
        changes = QualityMetrics.group(getRuntimeContext().getMetricGroup()).counter("changes");
    }

    @Override
    public void processElement(Outcome outcome, Context context, Collector<Alert> out)
            throws Exception {
        if (outcome.truth() == Outcome.Truth.UNKNOWN) {
            return;
        }
        if (any.value() == null) {
            any.update(outcome);
        }
        long end = Math.floorDiv(outcome.eventTimeMillis(), SECOND) * SECOND + SECOND - 1;
        var others = waiting.get(end);
        List<DecisionRow> rows = others == null ? new ArrayList<>() : others;
        rows.add(DecisionRow.of(outcome));
        waiting.put(end, rows);
        context.timerService().registerEventTimeTimer(end + horizonMillis);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Alert> out)
            throws Exception {
        long end = timestamp - horizonMillis;
        List<DecisionRow> rows = new ArrayList<>(waiting.get(end));
        waiting.remove(end);
        rows.sort(DecisionRow.ORDER);
        var memory = state.value();
        watch.recall(memory == null ? DecisionMemory.NONE : memory);
        for (DecisionRow row : rows) {
            for (DecisionDetectors.Change change : watch.apply(row)) {
                changes.inc();
                out.collect(alert(change, any.value()));
            }
        }
        state.update(watch.memory());
    }

    private static Alert alert(DecisionDetectors.Change change, Outcome of) {
        String detector = change.detector().name().toLowerCase(Locale.ROOT).replace('_', '-');
        long at = change.row().eventTimeMillis();
        String summary =
                String.format(
                        Locale.ROOT,
                        "%s finds that the decisions of %s/%s (%s) changed by %s: of the last ones,"
                                + " %.1f %% were wrong, of %d since it began to watch, %.1f %%",
                        detector,
                        of.modelName(),
                        of.modelVersion(),
                        of.route().toLowerCase(Locale.ROOT),
                        Instant.ofEpochMilli(at),
                        100 * change.recentShare(),
                        change.rows(),
                        100 * change.share());
        return new Alert(
                "%s/%s/%d".formatted(detector, keyOf(of), at),
                Alert.State.RAISED,
                Alert.Severity.WARNING,
                Alert.Source.DETECTOR,
                at,
                at + 1,
                at,
                of.modelName(),
                of.modelVersion(),
                "",
                change.rows(),
                "",
                summary,
                List.of(
                        new Alert.Culprit(
                                "wrong_decisions",
                                "CHANGE",
                                detector,
                                change.recentShare(),
                                change.share(),
                                Double.NaN,
                                Double.NaN,
                                1,
                                List.of())));
    }
}
