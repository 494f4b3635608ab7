package io.millrace.monitor;

import io.millrace.monitor.VersionLayouts.VersionLayout;
import io.millrace.record.Alert;
import io.millrace.record.DriftReport;
import io.millrace.record.FeatureDrift;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.StreamingRuntimeContext;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Merges the panes of one model version and segment, reports a window once the watermark has passed
 * its end, and again when late rows have come; keeps its {@link IncidentState}.
 */
final class WindowFunction extends KeyedProcessFunction<String, Pane, DriftReport> {
    private static final long serialVersionUID = 1L;

    static final OutputTag<Alert> ALERTS =
            new OutputTag<>("alerts", TypeInformation.of(Alert.class));

    /** A report with more features comes in parts: a Kafka record has its bounds. */
    static final int FEATURES_IN_A_PART = 250;

    private final MonitorConfig config;
    private final ProfileSource profiles;

    private transient VersionLayouts layouts;
    private transient Incidents incidents;
    private transient DriftMetrics metrics;
    private transient MapState<String, Pane> panes;
    private transient MapState<Long, Integer> revisions;
    private transient MapState<Long, Boolean> revised;
    private transient ValueState<IncidentState> incident;

    @SuppressWarnings("NullAway.Init") // set in open()
    WindowFunction(MonitorConfig config, ProfileSource profiles) {
        this.config = config;
        this.profiles = profiles;
    }

    /** What all panes of a model version and segment share. */
    static String keyOf(Pane pane) {
        return pane.model() + "/" + pane.version() + "/" + pane.segment();
    }

    @Override
    public void open(OpenContext context) {
        String temporary =
                ((StreamingRuntimeContext) getRuntimeContext())
                        .getTaskManagerRuntimeInfo()
                        .getTmpDirectories()[0];
        layouts = new VersionLayouts(config.watched(), profiles.in(temporary));
        incidents = new Incidents(config.rule());
        metrics = new DriftMetrics(getRuntimeContext().getMetricGroup());
        panes =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "panes", Types.STRING, TypeInformation.of(Pane.class)));
        revisions =
                getRuntimeContext()
                        .getMapState(new MapStateDescriptor<>("revisions", Types.LONG, Types.INT));
        revised =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>("revised", Types.LONG, Types.BOOLEAN));
        incident =
                getRuntimeContext()
                        .getState(new ValueStateDescriptor<>("incident", IncidentState.class));
    }

    @Override
    public void processElement(Pane pane, Context context, Collector<DriftReport> out)
            throws Exception {
        var timers = context.timerService();
        long watermark = timers.currentWatermark();
        long lastEnd = pane.startMillis() + config.windowMillis();
        if (lastEnd + config.retentionMillis() - 1 <= watermark) {
            metrics.cameTooLate(pane.rows());
            return;
        }
        merge(pane);
        long firstEnd = pane.startMillis() + config.slideMillis();
        for (long end = firstEnd; end <= lastEnd; end += config.slideMillis()) {
            // A restored job's watermark begins anew: what was reported before is known all the
            // same.
            if (end - 1 > watermark && !revisions.contains(end)) {
                timers.registerEventTimeTimer(end - 1);
            } else {
                // The late rows of all subtasks are here before the watermark moves on.
                revised.put(end, true);
                timers.registerEventTimeTimer(watermark + 1);
            }
        }
        timers.registerEventTimeTimer(spentAt(pane.startMillis()) - 1);
    }

    /** When nobody asks for a pane any more: neither its own windows nor those after them. */
    private long spentAt(long start) {
        return start + 2 * config.windowMillis() + config.retentionMillis();
    }

    private void merge(Pane pane) throws Exception {
        String place = pane.startMillis() + "/" + pane.layout();
        Pane before = panes.get(place);
        if (before == null) {
            panes.put(place, pane);
            return;
        }
        VersionLayout version = layoutOf(pane);
        if (version.isOf(pane)) {
            var counts = new Counts(version.layout());
            counts.add(before, version.layout());
            counts.add(pane, version.layout());
            panes.put(place, asPane(counts, pane));
        } else {
            // Counted before the profile, or what is watched, changed: only how many is of use.
            panes.put(place, before.plus(pane.rows()));
        }
    }

    private static Pane asPane(Counts counts, Pane like) {
        return counts.pane(
                like.startMillis(),
                like.model(),
                like.version(),
                like.modelDigest(),
                like.segment(),
                like.layout());
    }

    private VersionLayout layoutOf(Pane pane) {
        VersionLayout known = layouts.known(pane.modelDigest());
        return known != null && known.isOf(pane)
                ? known
                : layouts.of(pane.model(), pane.version(), pane.modelDigest());
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<DriftReport> out)
            throws Exception {
        long end = timestamp + 1;
        if (end % config.slideMillis() == 0 && !revisions.contains(end)) {
            DriftReport report = report(end, 0);
            if (report != null) {
                revisions.put(end, 0);
                emit(report, out);
                var step = incidents.apply(incident.value(), report);
                keep(step, context);
            }
        }
        var late = new TreeSet<Long>();
        revised.keys().forEach(late::add);
        revised.clear();
        for (long lateEnd : late) {
            Integer last = revisions.get(lateEnd);
            int revision = last == null ? 0 : last + 1;
            DriftReport report = report(lateEnd, revision);
            if (report != null) {
                revisions.put(lateEnd, revision);
                emit(report, out);
            }
        }
        Pane last = forget(end);
        if (last != null && panes.isEmpty()) {
            // No row has come for longer than two windows: the version answers no more.
            keep(incidents.end(incident.value(), last, end), context);
        }
    }

    private void keep(Incidents.Step step, OnTimerContext context) throws Exception {
        if (step.state().equals(IncidentState.NONE)) {
            incident.clear();
        } else {
            incident.update(step.state());
        }
        for (Alert alert : step.alerts()) {
            context.output(ALERTS, alert);
            metrics.alerted(alert.state());
        }
    }

    /** The report of a window, or null where it has no row. */
    private @Nullable DriftReport report(long end, int revision) throws Exception {
        long start = end - config.windowMillis();
        List<Pane> current = between(start, end);
        if (current.isEmpty()) {
            return null;
        }
        Pane any = current.get(0);
        VersionLayout version = layouts.of(any.model(), any.version(), any.modelDigest());
        Counts counts = sum(current, version);
        long rows = current.stream().mapToLong(Pane::rows).sum();
        var status = DriftReport.Status.COMPARED;
        String detail = "";
        if (version.answer().reference().isEmpty()) {
            status = DriftReport.Status.NO_REFERENCE;
            detail = version.answer().detail();
        } else if (counts.rows() < rows) {
            status =
                    counts.rows() == 0
                            ? DriftReport.Status.NO_REFERENCE
                            : DriftReport.Status.COMPARED;
            detail =
                    "%d of %d rows were counted before the profile, or what is watched, changed"
                            .formatted(rows - counts.rows(), rows);
        }
        Counts previous = sum(between(start - config.windowMillis(), start), version);
        List<FeatureDrift> features =
                counts.rows() == 0
                        ? List.of()
                        : new Comparison(version.layout(), config.rule())
                                .compare(counts, previous.rows() == 0 ? null : previous);
        return new DriftReport(
                start,
                end,
                revision,
                any.model(),
                any.version(),
                any.segment(),
                rows,
                version.answer().reference(),
                status,
                detail,
                0,
                1,
                features);
    }

    private List<Pane> between(long start, long end) throws Exception {
        var between = new ArrayList<Pane>();
        for (Pane pane : panes.values()) {
            if (start <= pane.startMillis() && pane.startMillis() < end) {
                between.add(pane);
            }
        }
        return between;
    }

    private static Counts sum(List<Pane> panes, VersionLayout version) {
        var counts = new Counts(version.layout());
        for (Pane pane : panes) {
            if (version.isOf(pane)) {
                counts.add(pane, version.layout());
            }
        }
        return counts;
    }

    private void emit(DriftReport report, Collector<DriftReport> out) {
        metrics.reported(report);
        int features = report.features().size();
        int parts = Math.max(1, (features + FEATURES_IN_A_PART - 1) / FEATURES_IN_A_PART);
        for (int part = 0; part < parts; part++) {
            int from = part * FEATURES_IN_A_PART;
            out.collect(
                    report.part(part, parts, from, Math.min(features, from + FEATURES_IN_A_PART)));
        }
    }

    /** Forgets what nobody asks for any more, and returns one of the panes, or null. */
    private @Nullable Pane forget(long passedMillis) throws Exception {
        var spent = new ArrayList<String>();
        Pane last = null;
        for (var entry : panes.entries()) {
            if (spentAt(entry.getValue().startMillis()) <= passedMillis) {
                spent.add(entry.getKey());
                last = entry.getValue();
            }
        }
        for (String place : spent) {
            panes.remove(place);
        }
        var ends = new ArrayList<Long>();
        for (long end : revisions.keys()) {
            if (end + config.windowMillis() + config.retentionMillis() <= passedMillis) {
                ends.add(end);
            }
        }
        for (long end : ends) {
            revisions.remove(end);
        }
        return last;
    }
}
