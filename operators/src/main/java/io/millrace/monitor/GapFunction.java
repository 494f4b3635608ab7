package io.millrace.monitor;

import io.millrace.record.Alert;
import io.millrace.record.QualityReport;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Holds last reports in Flink until their turn comes, and lets {@link GapWatch} see them in order.
 */
final class GapFunction extends KeyedProcessFunction<String, QualityReport, Alert> {
    private static final long serialVersionUID = 1L;

    private final QualityPlan plan;

    private transient GapWatch watch;
    private transient MapState<Long, QualityReport> waiting;
    private transient ValueState<GapState> state;

    GapFunction(QualityPlan plan) {
        this.plan = plan;
    }

    /** Gaps are watched by model version, route and segment. */
    static String keyOf(QualityReport report) {
        return "%s/%s/%s/%s"
                .formatted(
                        report.modelName(),
                        report.modelVersion(),
                        report.route(),
                        report.segment());
    }

    @Override
    public void open(OpenContext context) {
        watch = new GapWatch(plan);
        waiting =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "waiting", Types.LONG, Types.POJO(QualityReport.class)));
        state = getRuntimeContext().getState(new ValueStateDescriptor<>("gap", GapState.class));
    }

    @Override
    public void processElement(QualityReport report, Context context, Collector<Alert> out)
            throws Exception {
        if (watch.counts(report)) {
            waiting.put(context.timestamp(), report);
            context.timerService().registerEventTimeTimer(context.timestamp());
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Alert> out)
            throws Exception {
        var step = watch.apply(state.value(), waiting.get(timestamp));
        waiting.remove(timestamp);
        if (step.state().equals(GapState.NONE)) {
            state.clear();
        } else {
            state.update(step.state());
        }
        if (step.alert() != null) {
            out.collect(step.alert());
        }
    }
}
