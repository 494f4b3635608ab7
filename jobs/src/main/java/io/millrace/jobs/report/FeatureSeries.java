package io.millrace.jobs.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.spec.MonitorSpec.AlertSpec;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** One feature through the windows of a model version and segment. */
final class FeatureSeries {
    /** The worst first: in how many windows it has drifted, then how far. */
    static final Comparator<FeatureSeries> WORST_FIRST =
            Comparator.comparingInt(FeatureSeries::drifted)
                    .thenComparingDouble(FeatureSeries::furthestEffect)
                    .reversed()
                    .thenComparing(FeatureSeries::name);

    private final String name;
    private final AlertSpec limits;
    private final ArrayNode series;
    private int drifted;
    private int compared;
    private double furthestEffect = -1;
    private @Nullable JsonNode furthest;
    private int furthestWindow = -1;
    private @Nullable JsonNode latest;
    private int latestWindow = -1;

    /**
     * @param limits what the pipeline lets pass
     * @param series an empty array
     */
    FeatureSeries(String name, AlertSpec limits, ArrayNode series) {
        this.name = name;
        this.limits = limits;
        this.series = series;
    }

    String name() {
        return name;
    }

    /** In how many windows it has drifted. */
    int drifted() {
        return drifted;
    }

    /** In how many windows it could be compared. */
    int compared() {
        return compared;
    }

    /**
     * The largest effect of all windows that have enough rows for an alert; -1 where there is none.
     */
    double furthestEffect() {
        return furthestEffect;
    }

    /** As it was published in the window of the largest effect; null where there is none. */
    @Nullable JsonNode furthest() {
        return furthest;
    }

    /** Adds what a window's report says of it. */
    void add(int window, JsonNode feature) {
        boolean isDrifted = !feature.path("causes").isEmpty();
        double effect = effect(feature, limits);
        drifted += isDrifted ? 1 : 0;
        compared += feature.path("status").asText().equals("COMPARED") ? 1 : 0;
        // The later one of equals; of few rows anything is far.
        if (effect >= furthestEffect
                && feature.path("current").path("rows").asLong() >= limits.minRows()) {
            furthestEffect = effect;
            furthest = feature;
            furthestWindow = window;
        }
        latest = feature;
        latestWindow = window;
        JsonNode distances = feature.path("from_reference");
        ArrayNode point = series.addArray();
        point.add(window);
        if (Double.isNaN(effect)) {
            point.addNull();
        } else {
            point.add(effect);
        }
        point.add(distances.path(isNumeric(feature) ? "ks" : "total_variation"));
        point.add(distances.path("psi"));
        point.add(feature.path("current").path("missing"));
        point.add(feature.path("current").path("rows"));
        point.add(isDrifted);
    }

    ObjectNode put(ObjectNode node, boolean withPlots) {
        node.put("name", name);
        node.put("drifted", drifted);
        node.put("compared", compared);
        node.put("effect", furthestEffect);
        node.put("latest_window", latestWindow);
        node.set("latest", latest);
        node.put("furthest_window", furthestWindow);
        node.set("furthest", furthest == null || furthestWindow == latestWindow ? null : furthest);
        if (withPlots) {
            node.set("series", series);
        }
        return node;
    }

    /**
     * By how many times the largest of its measures is what the pipeline lets pass; NaN where
     * nothing was measured.
     */
    static double effect(JsonNode feature, AlertSpec limits) {
        JsonNode distances = feature.path("from_reference");
        double effect =
                isNumeric(feature)
                        ? ratio(distances.path("ks"), limits.ks())
                        : ratio(distances.path("total_variation"), limits.totalVariation());
        effect =
                larger(
                        effect,
                        ratio(distances.path("new_category_excess"), limits.newCategories()));
        return larger(effect, ratio(distances.path("missing_change"), limits.missing()));
    }

    static boolean isNumeric(JsonNode feature) {
        return feature.path("kind").asText().equals("NUMERIC");
    }

    private static double ratio(JsonNode measure, double limit) {
        // Nothing is let pass where the limit is 0; a number is shown all the same.
        return measure.isNumber()
                ? Math.abs(measure.doubleValue()) / Math.max(limit, 1e-6)
                : Double.NaN;
    }

    private static double larger(double one, double other) {
        if (Double.isNaN(one)) {
            return other;
        }
        return Double.isNaN(other) ? one : Math.max(one, other);
    }
}
