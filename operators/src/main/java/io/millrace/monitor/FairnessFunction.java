package io.millrace.monitor;

import io.millrace.record.QualityReport;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Holds the latest report of each segment of a window in Flink, and lets {@link Fairness} compare
 * them in the report of all rows.
 *
 * <p>A report carries the time at which it was made, and waits until the watermark says that all of
 * that time have come.
 */
final class FairnessFunction extends KeyedProcessFunction<String, QualityReport, QualityReport> {
    private static final long serialVersionUID = 1L;

    private final long minRows;
    private final boolean isOfMany;

    private transient MapState<String, QualityReport> segments;
    private transient MapState<Long, List<QualityReport>> waiting;
    private transient QualityReportMetrics metrics;

    /**
     * @param minRows segments of fewer rows do not count
     * @param isOfMany whether reports are of many models
     */
    FairnessFunction(long minRows, boolean isOfMany) {
        this.minRows = minRows;
        this.isOfMany = isOfMany;
    }

    @Override
    public void open(OpenContext context) {
        metrics = new QualityReportMetrics(getRuntimeContext().getMetricGroup(), isOfMany);
        var reports = Types.POJO(QualityReport.class);
        segments =
                getRuntimeContext()
                        .getMapState(new MapStateDescriptor<>("segments", Types.STRING, reports));
        waiting =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "waiting", Types.LONG, Types.LIST(reports)));
    }

    @Override
    public void processElement(QualityReport report, Context context, Collector<QualityReport> out)
            throws Exception {
        long madeAt = context.timestamp();
        var others = waiting.get(madeAt);
        List<QualityReport> reports = others == null ? new ArrayList<>() : others;
        reports.add(report);
        waiting.put(madeAt, reports);
        context.timerService().registerEventTimeTimer(madeAt);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<QualityReport> out)
            throws Exception {
        List<QualityReport> reports = waiting.get(timestamp);
        waiting.remove(timestamp);
        for (QualityReport report : reports) {
            metrics.reported(report);
            if (!report.segment().isEmpty()) {
                segments.put(report.segment(), report);
                out.collect(report);
            }
        }
        for (QualityReport report : reports) {
            if (report.segment().isEmpty()) {
                out.collect(report.withFairness(Fairness.of(segments.values(), minRows)));
                if (report.isFinal()) {
                    segments.clear();
                }
            }
        }
    }
}
