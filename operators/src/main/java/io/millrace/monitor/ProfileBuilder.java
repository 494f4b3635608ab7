package io.millrace.monitor;

import io.millrace.spec.PipelineSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a reference profile of the rows that a model version was trained on.
 *
 * <p>Each segment of at least {@value #SEGMENT_ROWS} rows has a reference of its own, where there
 * are at most {@value #MOST_SEGMENTS} segments, and {@value #MOST_SERIES} series in all: of more,
 * whichever they are, none has.
 */
public final class ProfileBuilder {
    public static final int SEGMENT_ROWS = 500;
    static final int MOST_SEGMENTS = 100;

    /** Some 5 KB each: half of what a registry takes. */
    static final int MOST_SERIES = 6_000;

    private static final double HALF = 0.5;

    private final List<Watched> watched;
    private final ReferenceSample all;
    private final CalibrationBins truths = new CalibrationBins();

    private final boolean isSegmented;
    private final Map<String, ReferenceSample> segments = new TreeMap<>();
    private boolean hasTooManySegments;

    private long labelled;

    /** A builder of the profile of a pipeline's features, scores and decisions. */
    public ProfileBuilder(PipelineSpec spec) {
        this(
                MonitorConfig.watched(spec.features().vector(), spec.monitor()),
                spec.segment() != null);
    }

    ProfileBuilder(List<Watched> watched, boolean isSegmented) {
        this.watched = List.copyOf(watched);
        this.isSegmented = isSegmented;
        all = ReferenceSample.ofAll(watched);
    }

    /**
     * A row's features, in the order that the model declares.
     *
     * @param segment the row's; empty where it has none
     */
    public void add(double[] features, String segment) {
        all.add(features);
        ReferenceSample ofSegment = of(segment);
        if (ofSegment != null) {
            ofSegment.add(features);
        }
    }

    /**
     * What the model says of a row, and what the policy makes of that.
     *
     * @param label over one half where the row is positive; NaN where it has none
     * @param segment the row's; empty where it has none
     */
    public void add(double score, String decision, double label, String segment) {
        all.add(score, decision);
        ReferenceSample ofSegment = of(segment);
        if (ofSegment != null) {
            ofSegment.add(score, decision);
        }
        if (!Double.isNaN(label)) {
            labelled++;
            truths.add(score, label > HALF);
        }
    }

    private @Nullable ReferenceSample of(String segment) {
        if (!isSegmented || segment.isEmpty() || hasTooManySegments) {
            return null;
        }
        ReferenceSample known = segments.get(segment);
        if (known == null) {
            if (segments.size() == mostSegments()) {
                hasTooManySegments = true;
                segments.clear();
                return null;
            }
            known = ReferenceSample.ofSegment(watched);
            segments.put(segment, known);
        }
        return known;
    }

    /** How many rows have a label. */
    public long labelled() {
        return labelled;
    }

    public long rows() {
        return all.rows();
    }

    /** Whether the pipeline tells segments apart. */
    public boolean isSegmented() {
        return isSegmented;
    }

    /** How many segments can have references. */
    public int mostSegments() {
        return Math.min(MOST_SEGMENTS, MOST_SERIES / watched.size());
    }

    /** Whether there are more segments than can have references. */
    public boolean hasTooManySegments() {
        return hasTooManySegments;
    }

    /** The segments that have too few rows for a reference of their own. */
    public List<String> smallSegments() {
        var small = new ArrayList<String>();
        segments.forEach(
                (segment, rows) -> {
                    if (rows.rows() < SEGMENT_ROWS) {
                        small.add(segment);
                    }
                });
        return small;
    }

    /** Whether the pipeline watches what features have in common. */
    public boolean isAskedForComponents() {
        return watched.contains(Watched.RECONSTRUCTION);
    }

    /** The profile of the rows so far. */
    public ReferenceProfile build(String model, String version) {
        var series = new ArrayList<FeatureReference>(all.series());
        Calibration calibration = labelled == 0 ? null : truths.fit();
        PrincipalComponents components = null;
        Reconstruction reconstruction = null;
        if (isAskedForComponents()) {
            double[][] rows = all.together();
            components = PrincipalComponents.of(series, rows);
            reconstruction = components == null ? null : components.of(watched, series);
            if (reconstruction == null) {
                components = null;
            } else {
                series.add(reconstruction.errors(rows));
            }
        }
        return ReferenceProfile.of(
                model, version, series, calibration, components, references(reconstruction));
    }

    private List<SegmentReference> references(@Nullable Reconstruction reconstruction) {
        var references = new ArrayList<SegmentReference>();
        segments.forEach(
                (segment, rows) -> {
                    if (rows.rows() >= SEGMENT_ROWS) {
                        references.add(rows.of(segment, reconstruction));
                    }
                });
        return references;
    }
}
