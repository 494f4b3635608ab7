package io.millrace.monitor;

import io.millrace.record.Alert;
import io.millrace.record.RetrainRequest;
import io.millrace.record.WaitingByTime;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Holds a model version's alerts in Flink until all that are known at one event time are there, and
 * lets {@link Retraining} see them in order.
 */
final class RetrainFunction extends KeyedProcessFunction<String, Alert, RetrainRequest> {
    private static final long serialVersionUID = 1L;

    private final RetrainConfig config;

    private transient Retraining retraining;
    private transient RetrainMetrics metrics;
    private transient WaitingByTime<Alert> waiting;
    private transient ValueState<RetrainState> state;

    @SuppressWarnings("NullAway.Init") // set in open()
    RetrainFunction(RetrainConfig config) {
        this.config = config;
    }

    /** A model version asks once for all of its segments. */
    static String keyOf(Alert alert) {
        return alert.modelName() + "/" + alert.modelVersion();
    }

    @Override
    public void open(OpenContext context) {
        retraining = new Retraining(config);
        metrics = new RetrainMetrics(getRuntimeContext().getMetricGroup());
        waiting = new WaitingByTime<>(getRuntimeContext(), Alert.class);
        state =
                getRuntimeContext()
                        .getState(new ValueStateDescriptor<>("retrain", RetrainState.class));
    }

    @Override
    public void processElement(Alert alert, Context context, Collector<RetrainRequest> out)
            throws Exception {
        // An alert's timestamp is the event time at which it was decided.
        long knownAfter = context.timestamp();
        waiting.add(knownAfter, alert);
        context.timerService().registerEventTimeTimer(knownAfter);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<RetrainRequest> out)
            throws Exception {
        List<Alert> alerts = waiting.take(timestamp);
        alerts.sort(Retraining.ORDER);
        var kept = state.value();
        for (Alert alert : alerts) {
            var step = retraining.apply(kept, alert, timestamp + 1);
            kept = step.state();
            if (step.request() != null) {
                metrics.requested();
                out.collect(step.request());
            }
            if (step.isHeldBack()) {
                metrics.heldBack();
            }
        }
        state.update(kept);
    }
}
