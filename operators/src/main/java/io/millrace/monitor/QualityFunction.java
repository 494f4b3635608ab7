package io.millrace.monitor;

import io.millrace.record.QualityReport;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Holds the counts of each window in Flink and lets {@link QualityReporting} do the thinking. */
final class QualityFunction extends KeyedProcessFunction<String, QualityPartial, QualityReport> {
    private static final long serialVersionUID = 1L;

    private final QualityPlan plan;

    private transient QualityReporting reporting;
    private transient ValueState<QualityWindow> state;

    QualityFunction(QualityPlan plan) {
        this.plan = plan;
    }

    @Override
    public void open(OpenContext context) {
        reporting = new QualityReporting(plan);
        state =
                getRuntimeContext()
                        .getState(new ValueStateDescriptor<>("window", QualityWindow.class));
    }

    @Override
    public void processElement(
            QualityPartial partial, Context context, Collector<QualityReport> out)
            throws Exception {
        var timers = context.timerService();
        var key = partial.key();
        state.update(QualityReporting.add(state.value(), partial.counts()));
        timers.registerEventTimeTimer(reporting.nextReportAfter(key, timers.currentWatermark()));
        timers.registerEventTimeTimer(reporting.lastReportAfter(key));
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<QualityReport> out)
            throws Exception {
        var key = QualityKey.of(context.getCurrentKey());
        var window = state.value();
        boolean isFinal = timestamp >= reporting.lastReportAfter(key);
        if (window == null || !(window.isChanged() || isFinal)) {
            return;
        }
        out.collect(reporting.report(key, window, isFinal));
        if (isFinal) {
            state.clear();
        } else {
            state.update(window.reported());
        }
    }
}
