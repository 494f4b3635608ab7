package io.millrace.monitor;

import io.millrace.monitor.VersionLayouts.VersionLayout;
import io.millrace.record.Alert;
import io.millrace.record.DriftReport;
import io.millrace.record.FeatureDrift;
import io.millrace.record.Reference;
import io.millrace.record.TaskFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Merges the panes of one model version and segment, reports a window once the watermark has passed
 * its end, and again when late rows have come, and its incidents as well; keeps the {@link
 * AlertedWindow} of each window that may be revised, and the last {@link IncidentState}.
 */
final class WindowFunction extends KeyedProcessFunction<String, Pane, DriftReport> {
    private static final long serialVersionUID = 1L;

    static final OutputTag<Alert> ALERTS =
            new OutputTag<>("alerts", TypeInformation.of(Alert.class));

    /** A report with more features comes in parts: a Kafka record has its bounds. */
    static final int FEATURES_IN_A_PART = 250;

    private final MonitorConfig config;
    private final MonitorConfig.@Nullable Rolling rolling;
    private final ProfileSource profiles;

    private transient VersionLayouts layouts;
    private transient Incidents incidents;
    private transient DriftMetrics metrics;
    private transient MapState<String, Pane> panes;
    private transient MapState<Long, Integer> revisions;
    private transient MapState<Long, Boolean> revised;
    private transient MapState<Long, AlertedWindow> alerted;
    private transient ValueState<IncidentState> incident;

    @SuppressWarnings("NullAway.Init") // set in open()
    WindowFunction(MonitorConfig config, ProfileSource profiles) {
        this.config = config;
        this.rolling = config.rolling();
        this.profiles = profiles;
    }

    /** What all panes of a model version and segment share. */
    static String keyOf(Pane pane) {
        return pane.model() + "/" + pane.version() + "/" + pane.segment();
    }

    @Override
    public void open(OpenContext context) {
        String temporary = TaskFolder.of(getRuntimeContext());
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
        alerted =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "alerted",
                                        Types.LONG,
                                        TypeInformation.of(AlertedWindow.class)));
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
        timers.registerEventTimeTimer(silentAt(pane.startMillis()) - 1);
        if (rolling != null) {
            timers.registerEventTimeTimer(spentAt(pane.startMillis()) - 1);
        }
    }

    /** When neither a pane's own windows nor those after them are of any use. */
    private long silentAt(long start) {
        return start + 2 * config.windowMillis() + config.retentionMillis();
    }

    /** When nobody asks for a pane any more. */
    private long spentAt(long start) {
        return silentAt(start) + (rolling == null ? 0 : rolling.reachMillis());
    }

    /** Panes of one start are kept apart where they were counted in different bins. */
    private static String placeOf(Pane pane) {
        return pane.startMillis() + "/" + pane.layout();
    }

    private static long startOf(String place) {
        return Long.parseLong(place, 0, place.indexOf('/'), 10);
    }

    private void merge(Pane pane) throws Exception {
        String place = placeOf(pane);
        Pane before = panes.get(place);
        if (before == null) {
            panes.put(place, pane);
            return;
        }
        VersionLayout version = layoutOf(pane);
        if (version.isOf(pane)) {
            CountLayout layout = version.of(pane.segment());
            var counts = new Counts(layout);
            counts.add(before, layout);
            counts.add(pane, layout);
            panes.put(place, asPane(counts, pane));
        } else {
            // Counted before the profile, or what is watched, changed: only how many is of use.
            panes.put(place, before.plus(pane.rows()));
        }
    }

    private static Pane asPane(Counts counts, Pane like) {
        return counts.pane(like.startMillis(), VersionId.of(like), like.segment(), like.layout());
    }

    private VersionLayout layoutOf(Pane pane) {
        VersionId version = VersionId.of(pane);
        VersionLayout known = layouts.known(version);
        return known != null && known.isOf(pane) ? known : layouts.of(version);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<DriftReport> out)
            throws Exception {
        long end = timestamp + 1;
        var due = new TreeSet<Long>();
        revised.keys().forEach(due::add);
        revised.clear();
        if (end % config.slideMillis() == 0 && !revisions.contains(end)) {
            due.add(end);
        }
        if (!due.isEmpty()) {
            judge(due, context, out);
        }
        Pane last = forget(end);
        if (last != null && silentAt(last.startMillis()) <= end) {
            // No row has come for longer than two windows: the version answers no more.
            var step = incidents.end(incident.value(), last, end);
            keep(step.state());
            tell(step.alerts(), context);
        }
    }

    /**
     * Reports windows, and judges them and all after them in their order, as if all rows that are
     * here had been here in time.
     */
    private void judge(SortedSet<Long> due, OnTimerContext context, Collector<DriftReport> out)
            throws Exception {
        var known = new TreeMap<Long, AlertedWindow>();
        for (var window : alerted.entries()) {
            if (window.getKey() >= due.first()) {
                known.put(window.getKey(), window.getValue());
            }
        }
        var ends = new TreeSet<>(known.keySet());
        ends.addAll(due);
        var hindsight = new Hindsight();
        IncidentState state = before(due.first(), known);
        for (long end : ends) {
            AlertedWindow said = known.get(end);
            if (said != null
                    && !due.contains(end)
                    && hindsight.isUnchanged()
                    && said.before().equals(state)) {
                state = before(end + 1, known);
                continue;
            }
            DriftReport report = due.contains(end) ? revise(end, out) : report(end, 0);
            if (report != null) {
                var step = incidents.apply(state, report);
                List<Alert> written = said == null ? List.of() : said.written();
                alerted.put(end, new AlertedWindow(state, hindsight.look(written, step)));
                state = step.state();
            }
        }
        keep(state);
        tell(hindsight.alerts(), context);
    }

    /** What was known before the first window that ends at some time or later. */
    private IncidentState before(long end, NavigableMap<Long, AlertedWindow> known)
            throws Exception {
        var next = known.ceilingEntry(end);
        if (next != null) {
            return next.getValue().before();
        }
        IncidentState last = incident.value();
        return last == null ? IncidentState.NONE : last;
    }

    /** Writes the next report of a window; null where it has no row. */
    private @Nullable DriftReport revise(long end, Collector<DriftReport> out) throws Exception {
        Integer last = revisions.get(end);
        int revision = last == null ? 0 : last + 1;
        DriftReport report = report(end, revision);
        if (report != null) {
            revisions.put(end, revision);
            emit(report, out);
        }
        return report;
    }

    private void keep(IncidentState state) throws Exception {
        if (state.equals(IncidentState.NONE)) {
            incident.clear();
        } else {
            incident.update(state);
        }
    }

    private void tell(List<Alert> alerts, OnTimerContext context) {
        for (Alert alert : alerts) {
            context.output(ALERTS, alert);
            metrics.alerted(alert);
        }
    }

    /** The report of a window, or null where it has no row. */
    private @Nullable DriftReport report(long end, int revision) throws Exception {
        long start = end - config.windowMillis();
        // Read once: a state backend may have to make objects of each.
        List<Pane> reach = reach(end);
        List<Pane> current = between(reach, start, end);
        if (current.isEmpty()) {
            return null;
        }
        Pane any = current.get(0);
        VersionLayout version = layouts.of(VersionId.of(any));
        CountLayout layout = version.of(any.segment());
        Counts counts = sum(current, layout);
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
        Counts previous = sum(between(reach, start - config.windowMillis(), start), layout);
        Counts reference =
                version.answer().profile() == null ? null : rolling(reach, start, layout);
        List<FeatureDrift> features =
                counts.rows() == 0
                        ? List.of()
                        : new Comparison(layout, config.rule())
                                .compare(counts, reference, previous.rows() == 0 ? null : previous);
        String digest = version.answer().reference();
        String own = version.hasOwn(any.segment()) ? any.segment() : "";
        return new DriftReport(
                start,
                end,
                revision,
                any.model(),
                any.version(),
                any.segment(),
                rows,
                reference == null || rolling == null
                        ? new Reference(digest, own)
                        : new Reference(
                                digest,
                                own,
                                start - rolling.reachMillis(),
                                start - rolling.gapMillis()),
                status,
                detail,
                0,
                1,
                features,
                counts.eventIds());
    }

    /** The rows that a window is compared with; null where they are too few, or nobody asks. */
    private @Nullable Counts rolling(List<Pane> reach, long start, CountLayout layout) {
        if (rolling == null) {
            return null;
        }
        Counts before =
                sum(
                        between(reach, start - rolling.reachMillis(), start - rolling.gapMillis()),
                        layout);
        return before.rows() < config.rule().minRows() ? null : before;
    }

    /** All panes that the report of a window is made of. */
    private List<Pane> reach(long end) throws Exception {
        var reach = new ArrayList<Pane>();
        for (Pane pane : panes.values()) {
            if (pane.startMillis() < end) {
                reach.add(pane);
            }
        }
        return reach;
    }

    private static List<Pane> between(List<Pane> panes, long start, long end) {
        return panes.stream()
                .filter(pane -> start <= pane.startMillis() && pane.startMillis() < end)
                .toList();
    }

    private static Counts sum(List<Pane> panes, CountLayout layout) {
        var counts = new Counts(layout);
        for (Pane pane : panes) {
            if (layout.isOf(pane)) {
                counts.add(pane, layout);
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

    /** Forgets what nobody asks for any more, and returns the last pane that there was, or null. */
    private @Nullable Pane forget(long passedMillis) throws Exception {
        var spent = new ArrayList<String>();
        String lastPlace = null;
        long lastStart = Long.MIN_VALUE;
        // Keys alone: there may be many panes, and a state backend has to make objects of each.
        for (String place : panes.keys()) {
            long start = startOf(place);
            if (spentAt(start) <= passedMillis) {
                spent.add(place);
            }
            if (lastPlace == null || start > lastStart) {
                lastPlace = place;
                lastStart = start;
            }
        }
        Pane last = lastPlace == null ? null : panes.get(lastPlace);
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
            alerted.remove(end);
        }
        return last;
    }
}
