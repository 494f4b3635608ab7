package io.millrace.monitor;

import io.millrace.record.Alert;
import io.millrace.record.Reference;
import io.millrace.record.WaitingByTime;
import io.millrace.spec.MonitorSpec;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Holds rows in Flink until all of their second are there, and lets {@link SignalDetectors} see
 * them in event-time order.
 */
final class DetectorFunction extends KeyedProcessFunction<String, Signal, Alert> {
    private static final long serialVersionUID = 1L;
    private static final long SECOND = 1_000;

    private final long holdMillis;
    private final List<MonitorSpec.Detector> detectors;
    private final double delta;

    private transient SignalDetectors watch;
    private transient WaitingByTime<SignalRow> waiting;
    private transient ValueState<DetectorMemory> state;
    private transient ValueState<Signal> any;
    private transient Counter changes;
    private transient Counter tooLate;

    /**
     * @param holdMillis how long after their event time rows may come
     * @param delta as {@link SignalDetectors} takes it
     */
    DetectorFunction(long holdMillis, List<MonitorSpec.Detector> detectors, double delta) {
        this.holdMillis = holdMillis;
        this.detectors = List.copyOf(detectors);
        this.delta = delta;
    }

    @Override
    public void open(OpenContext context) {
        watch = new SignalDetectors(detectors, delta);
        waiting = new WaitingByTime<>(getRuntimeContext(), SignalRow.class);
        state =
                getRuntimeContext()
                        .getState(new ValueStateDescriptor<>("detectors", DetectorMemory.class));
        any = getRuntimeContext().getState(new ValueStateDescriptor<>("any", Signal.class));
        var quality = QualityMetrics.group(getRuntimeContext().getMetricGroup());
        changes = quality.counter("changes");
        tooLate = quality.counter("changesTooLateRows");
    }

    @Override
    public void processElement(Signal signal, Context context, Collector<Alert> out)
            throws Exception {
        long end = Math.floorDiv(signal.row().eventTimeMillis(), SECOND) * SECOND + SECOND - 1;
        if (end + holdMillis <= context.timerService().currentWatermark()) {
            // Those after it have been seen: out of order, it would be a change of its own.
            tooLate.inc();
            return;
        }
        if (any.value() == null) {
            any.update(signal);
        }
        waiting.add(end, signal.row());
        context.timerService().registerEventTimeTimer(end + holdMillis);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Alert> out)
            throws Exception {
        long end = timestamp - holdMillis;
        List<SignalRow> rows = waiting.take(end);
        rows.sort(SignalRow.ORDER);
        var memory = state.value();
        watch.recall(memory == null ? DetectorMemory.NONE : memory);
        for (SignalRow row : rows) {
            for (SignalDetectors.Change change : watch.apply(row)) {
                changes.inc();
                out.collect(alert(change, any.value()));
            }
        }
        state.update(watch.memory());
    }

    private static Alert alert(SignalDetectors.Change change, Signal of) {
        String detector = change.detector().name().toLowerCase(Locale.ROOT).replace('_', '-');
        long at = change.row().eventTimeMillis();
        return new Alert(
                "%s/%s/%d".formatted(detector, of.key(), at),
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
                Reference.NONE,
                detector + " finds that " + summary(change, of, Instant.ofEpochMilli(at)),
                List.of(
                        new Alert.Culprit(
                                of.kind().name().toLowerCase(Locale.ROOT),
                                "CHANGE",
                                detector,
                                change.recentMean(),
                                change.mean(),
                                Double.NaN,
                                Double.NaN,
                                1,
                                List.of())),
                0,
                List.of(change.row().eventId()),
                "");
    }

    private static String summary(SignalDetectors.Change change, Signal of, Instant at) {
        String what =
                switch (of.kind()) {
                    case WRONG_DECISIONS ->
                            "the decisions of %s changed by %s: of the last ones, %.1f %% were"
                                    + " wrong, of %d since it began to watch, %.1f %%";
                    case MISSING ->
                            "the features of %s changed by %s: of the last rows, %.1f %% miss one,"
                                    + " of %d since it began to watch, %.1f %%";
                    case SCORE ->
                            "the scores of %s changed by %s: the last ones are %.2f deviations of"
                                    + " the reference from its middle, the %d since it began to"
                                    + " watch, %.2f";
                    case RECONSTRUCTION ->
                            "the reconstruction errors of %s changed by %s: the last ones are %.2f"
                                + " deviations of the reference from its middle, the %d since it"
                                + " began to watch, %.2f";
                };
        double unit =
                switch (of.kind()) {
                    case WRONG_DECISIONS, MISSING -> 100;
                    case SCORE, RECONSTRUCTION -> 1;
                };
        return String.format(
                Locale.ROOT,
                what,
                of.of(),
                at,
                unit * change.recentMean(),
                change.rows(),
                unit * change.mean());
    }
}
