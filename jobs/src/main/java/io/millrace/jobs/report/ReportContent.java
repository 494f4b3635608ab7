package io.millrace.jobs.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.jobs.pipeline.EventTimeRange;
import io.millrace.jobs.report.PublishedReports.Window;
import io.millrace.spec.MonitorSpec;
import io.millrace.spec.MonitorSpec.AlertSpec;
import io.millrace.spec.PipelineSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the page is given: the published figures, chosen and ranked.
 *
 * <p>It has no more than people look at: the windows of all rows, the segments that differ most,
 * and a plot of the features that do. What is left out is counted.
 */
public final class ReportContent {
    private static final int PLOTTED = 40;
    private static final int SEGMENTS = 12;
    private static final int QUALITY_SEGMENTS = 200;

    private final PipelineSpec spec;
    private final AlertSpec limits;
    private final ObjectNode root = JsonNodeFactory.instance.objectNode();
    private final List<String> summary = new ArrayList<>();
    private List<FeatureSeries> worst = List.of();

    /** A model version's, or one of its segments', windows. */
    private record Group(String version, String segment) {}

    /** The windows of a group, and its features, by name and role. */
    private static final class Compared {
        final ArrayNode windows = JsonNodeFactory.instance.arrayNode();
        final Map<String, FeatureSeries> features = new LinkedHashMap<>();

        List<FeatureSeries> ranked() {
            return features.values().stream().sorted(FeatureSeries.WORST_FIRST).toList();
        }

        double furthest() {
            return features.values().stream()
                    .mapToDouble(FeatureSeries::furthestEffect)
                    .max()
                    .orElse(-1);
        }
    }

    private ReportContent(PipelineSpec spec, MonitorSpec monitor) {
        this.spec = spec;
        this.limits = monitor.alerts();
    }

    /**
     * Chooses what is shown.
     *
     * @param madeAt when the page is made
     */
    public static ReportContent of(
            PipelineSpec spec,
            MonitorSpec monitor,
            PublishedReports reports,
            EventTimeRange range,
            Instant madeAt) {
        var content = new ReportContent(spec, monitor);
        content.head(monitor, reports.model(), range, madeAt);
        content.drift(reports);
        content.quality(reports);
        content.incidents(reports);
        content.deadLetters(reports);
        content.root.put("unreadable", reports.unreadable());
        return content;
    }

    /** What the page shows. */
    ObjectNode json() {
        return root;
    }

    /** What was read, in a few lines for people. */
    public List<String> summary() {
        return List.copyOf(summary);
    }

    /** The features that are furthest from the reference, in a line each; those that drifted. */
    public List<String> worst(int atMost) {
        return worst.stream()
                .filter(feature -> feature.drifted() > 0)
                .limit(atMost)
                .map(
                        feature ->
                                "%s drifted in %d of %d windows, at most %.1f times what passes"
                                        .formatted(
                                                feature.name(),
                                                feature.drifted(),
                                                feature.compared(),
                                                feature.furthestEffect()))
                .toList();
    }

    private void head(MonitorSpec monitor, String model, EventTimeRange range, Instant madeAt) {
        root.put("pipeline", spec.pipeline());
        root.put("model", model);
        root.put("made_at", madeAt.toString());
        if (range.fromMillis() != Long.MIN_VALUE) {
            root.put("from", Instant.ofEpochMilli(range.fromMillis()).toString());
        }
        if (range.toMillis() != Long.MAX_VALUE) {
            root.put("to", Instant.ofEpochMilli(range.toMillis()).toString());
        }
        var segment = monitor.segment();
        root.put("segment", segment == null ? null : segment.column());
        ObjectNode decision = root.putObject("decision");
        decision.put("threshold", spec.decision().threshold());
        decision.put("at_or_above", spec.decision().atOrAbove());
        decision.put("below", spec.decision().below());
        ObjectNode passes = root.putObject("limits");
        passes.put("ks", limits.ks());
        passes.put("total_variation", limits.totalVariation());
        passes.put("new_category_ratio", limits.newCategories());
        passes.put("missing_change", limits.missing());
        passes.put("alpha", limits.alpha());
        passes.put("min_rows", limits.minRows());
        passes.put("windows", limits.windows());
        passes.put("of", limits.of());
    }

    private void drift(PublishedReports reports) {
        var groups = new LinkedHashMap<Group, Compared>();
        reports.forEachDrift(
                (window, parts) ->
                        add(
                                groups.computeIfAbsent(
                                        new Group(window.version(), window.segment()),
                                        group -> new Compared()),
                                window,
                                parts));
        // All rows first, the newest version first; then the segments that are furthest.
        var shown = new ArrayList<Map.Entry<Group, Compared>>();
        var segments = new ArrayList<Map.Entry<Group, Compared>>();
        groups.entrySet()
                .forEach(
                        entry ->
                                (entry.getKey().segment().isEmpty() ? shown : segments)
                                        .add(Map.entry(entry.getKey(), entry.getValue())));
        shown.sort(Comparator.comparing(ReportContent::lastEnd).reversed());
        segments.sort(
                Comparator.comparingDouble(
                                (Map.Entry<Group, Compared> entry) -> entry.getValue().furthest())
                        .reversed());
        root.put("segments_left_out", Math.max(0, segments.size() - SEGMENTS));
        if (!shown.isEmpty()) {
            worst = shown.get(0).getValue().ranked();
        }
        shown.addAll(segments.subList(0, Math.min(SEGMENTS, segments.size())));
        ArrayNode list = root.putArray("drift");
        shown.forEach(entry -> write(list.addObject(), entry.getKey(), entry.getValue()));
        summary.add(count(reports.driftWindows(), "drift window"));
    }

    private static String lastEnd(Map.Entry<Group, Compared> entry) {
        ArrayNode windows = entry.getValue().windows;
        return windows.path(windows.size() - 1).path("end").asText();
    }

    private void add(Compared group, Window window, List<JsonNode> parts) {
        JsonNode first = parts.get(0);
        int index = group.windows.size();
        ObjectNode node = group.windows.addObject();
        node.put("start", Instant.ofEpochMilli(window.startMillis()).toString());
        node.put("end", Instant.ofEpochMilli(window.endMillis()).toString());
        node.set("rows", first.path("rows"));
        node.set("revision", first.path("revision"));
        node.set("status", first.path("status"));
        node.set("detail", first.path("detail"));
        node.set("reference_version", first.path("reference_version"));
        node.set("reference_segment", first.path("reference_segment"));
        node.set("reference_from", first.path("reference_from"));
        node.set("reference_to", first.path("reference_to"));
        node.put("parts_missing", Math.max(0, first.path("parts").asInt(1) - parts.size()));
        for (JsonNode part : parts) {
            for (JsonNode feature : part.path("features")) {
                String name = feature.path("name").asText();
                group.features
                        .computeIfAbsent(
                                feature.path("role").asText() + "/" + name,
                                key ->
                                        new FeatureSeries(
                                                name, limits, JsonNodeFactory.instance.arrayNode()))
                        .add(index, feature);
            }
        }
    }

    private static void write(ObjectNode node, Group group, Compared compared) {
        node.put("version", group.version());
        node.put("segment", group.segment());
        node.set("windows", compared.windows);
        ArrayNode features = node.putArray("features");
        for (FeatureSeries feature : compared.ranked()) {
            feature.put(features.addObject(), features.size() <= PLOTTED);
        }
    }

    /** Of segments the last one of each length; of all rows every window. */
    private void quality(PublishedReports reports) {
        ArrayNode windows = root.putArray("quality");
        var segments = new LinkedHashMap<List<Object>, JsonNode>();
        reports.forEachQuality(
                (window, report) -> {
                    if (window.segment().isEmpty()) {
                        windows.add(report);
                    } else {
                        segments.put(
                                List.of(
                                        window.version(),
                                        window.route(),
                                        window.segment(),
                                        window.endMillis() - window.startMillis()),
                                report);
                    }
                });
        ArrayNode list = root.putArray("quality_segments");
        segments.values().stream()
                .sorted(
                        Comparator.comparingLong((JsonNode report) -> report.path("rows").asLong())
                                .reversed())
                .limit(QUALITY_SEGMENTS)
                .forEach(list::add);
        root.put("quality_segments_left_out", Math.max(0, segments.size() - QUALITY_SEGMENTS));
        summary.add(count(windows.size(), "quality window"));
    }

    private void incidents(PublishedReports reports) {
        var incidents = new LinkedHashMap<String, ArrayNode>();
        List<JsonNode> alerts = reports.alerts();
        for (JsonNode alert : alerts) {
            incidents
                    .computeIfAbsent(
                            alert.path("incident").asText(),
                            name -> JsonNodeFactory.instance.arrayNode())
                    .add(alert);
        }
        ArrayNode list = root.putArray("incidents");
        incidents.values().forEach(list::add);
        summary.add(count(alerts.size(), "alert") + " of " + count(incidents.size(), "incident"));
    }

    private void deadLetters(PublishedReports reports) {
        ArrayNode list = root.putArray("dead_letters");
        long records = 0;
        for (PublishedReports.Refused refused : reports.deadLetters()) {
            ObjectNode node = list.addObject();
            node.put("stage", refused.stage());
            node.put("reason", refused.reason());
            node.put("records", refused.records());
            node.put("detail", refused.detail());
            records += refused.records();
        }
        summary.add(count(records, "dead letter"));
    }

    private static String count(long number, String noun) {
        return "%,d %s%s".formatted(number, noun, number == 1 ? "" : "s");
    }
}
