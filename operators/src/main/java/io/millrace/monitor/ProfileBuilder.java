package io.millrace.monitor;

import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import io.millrace.spec.MonitorSpec;
import io.millrace.spec.PipelineSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a reference profile of the rows that a model version was trained on. */
public final class ProfileBuilder {
    private static final double HALF = 0.5;

    private final List<Watched> watched;
    private final List<SeriesSample> series = new ArrayList<>();
    private final CalibrationBins truths = new CalibrationBins();

    /** Of which components are made; null where nobody asks for them. */
    private final @Nullable RowSample sample;

    private long rows;
    private long labelled;

    /** A builder of the profile of a pipeline's features, scores and decisions. */
    public ProfileBuilder(PipelineSpec spec) {
        MonitorSpec monitor = spec.monitor();
        watched = MonitorConfig.watched(spec.features().vector(), monitor);
        for (Watched one : watched) {
            if (one.role() != Role.RECONSTRUCTION) {
                series.add(
                        one.kind() == Kind.NUMERIC
                                ? new NumberSample(one)
                                : new CategorySample(one));
            }
        }
        sample =
                watched.contains(Watched.RECONSTRUCTION)
                        ? new RowSample(spec.features().vector().size())
                        : null;
    }

    /** A row's features, in the order that the model declares. */
    public void add(double[] features) {
        rows++;
        for (int i = 0; i < features.length; i++) {
            series.get(i).add(features[i]);
        }
        if (sample != null) {
            sample.add(features);
        }
    }

    /**
     * What the model says of a row, and what the policy makes of that.
     *
     * @param label over one half where the row is positive; NaN where it has none
     */
    public void add(double score, String decision, double label) {
        series.get(series.size() - 2).add(score);
        series.get(series.size() - 1).add(decision);
        if (!Double.isNaN(label)) {
            labelled++;
            truths.add(score, label > HALF);
        }
    }

    /** How many rows have a label. */
    public long labelled() {
        return labelled;
    }

    public long rows() {
        return rows;
    }

    /** Whether the pipeline watches what features have in common. */
    public boolean isAskedForComponents() {
        return sample != null;
    }

    /** The features that have no value in any row. */
    public List<String> empty() {
        return series.stream()
                .map(SeriesSample::reference)
                .filter(reference -> reference.valid() == 0)
                .map(FeatureReference::name)
                .toList();
    }

    /** The profile of the rows so far. */
    public ReferenceProfile build(String model, String version) {
        List<FeatureReference> references =
                new ArrayList<>(series.stream().map(SeriesSample::reference).toList());
        Calibration calibration = labelled == 0 ? null : truths.fit();
        var alone = ReferenceProfile.of(model, version, references, calibration, null);
        if (sample == null) {
            return alone;
        }
        double[][] sampled = sample.rows();
        var components = PrincipalComponents.of(references, sampled);
        Reconstruction reconstruction = components == null ? null : components.of(watched, alone);
        if (reconstruction == null) {
            return alone;
        }
        var errors = new NumberSample(Watched.RECONSTRUCTION);
        for (double[] row : sampled) {
            errors.add(reconstruction.error(row));
        }
        references.add(errors.reference());
        return ReferenceProfile.of(model, version, references, calibration, components);
    }
}
