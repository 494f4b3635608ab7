package io.millrace.monitor;

import io.millrace.record.FeatureDrift.Contributor;
import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import io.millrace.record.Score;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which cells count what: the watched series one after the other, each in the bins of its
 * reference; and what reconstruction errors are made of. Two layouts of the same watched series and
 * the same profile are the same.
 */
final class CountLayout {
    private final List<SeriesCounter> series;

    /** How many features of a vector are looked at. */
    private final int features;

    /**
     * The first of the cells that hold, for each feature, what reconstruction errors are made of.
     */
    private final int residuals;

    private final int cells;
    private final String name;

    /** Null where features are not watched together, or the profile does not say how. */
    private final @Nullable Reconstruction reconstruction;

    private CountLayout(
            List<SeriesCounter> series,
            int residuals,
            int cells,
            String name,
            @Nullable Reconstruction reconstruction) {
        this.reconstruction = reconstruction;
        this.series = series;
        this.residuals = residuals;
        this.cells = cells;
        this.name = name;
        this.features =
                1
                        + series.stream()
                                .map(SeriesCounter::watched)
                                .filter(watched -> watched.role() == Role.FEATURE)
                                .mapToInt(Watched::place)
                                .max()
                                .orElse(-1);
    }

    /**
     * @param watched features first, in the order of their places
     * @param profile null where there is none: missing values are counted nevertheless
     */
    static CountLayout of(List<Watched> watched, @Nullable ReferenceProfile profile) {
        return of(
                watched,
                profile == null ? List.of() : profile.series(),
                reconstruction(watched, profile),
                profile == null ? "" : profile.digest());
    }

    /** The same of a segment that has a reference of its own. */
    static CountLayout of(
            List<Watched> watched, ReferenceProfile profile, SegmentReference segment) {
        return of(
                watched,
                segment.series(),
                reconstruction(watched, profile, segment.residuals()),
                profile.digest() + "/" + segment.segment());
    }

    private static CountLayout of(
            List<Watched> watched,
            List<FeatureReference> references,
            @Nullable Reconstruction reconstruction,
            String reference) {
        var series = new ArrayList<SeriesCounter>();
        int at = 0;
        for (Watched one : watched) {
            boolean isLeftOut = one.role() == Role.RECONSTRUCTION && reconstruction == null;
            SeriesCounter counter =
                    counter(
                            one,
                            series.size(),
                            at,
                            isLeftOut
                                    ? null
                                    : FeatureReference.find(references, one.name(), one.role()));
            series.add(counter);
            at += counter.width();
        }
        int residuals = at;
        at += reconstruction == null ? 0 : reconstruction.rest().length * FixedSum.CELLS;
        String name = "%s/%08x/%d".formatted(reference, watched.toString().hashCode(), at);
        return new CountLayout(List.copyOf(series), residuals, at, name, reconstruction);
    }

    /** Tells what features are together; null where that is not watched, or not in the profile. */
    static @Nullable Reconstruction reconstruction(
            List<Watched> watched, @Nullable ReferenceProfile profile) {
        var components = profile == null ? null : profile.components();
        return profile == null || components == null
                ? null
                : reconstruction(watched, profile, components.residuals());
    }

    /** What all features are together, though a segment's rows differ from it in their own way. */
    private static @Nullable Reconstruction reconstruction(
            List<Watched> watched, ReferenceProfile profile, double[] residuals) {
        var components = profile.components();
        return components == null || !watched.contains(Watched.RECONSTRUCTION)
                ? null
                : components.with(residuals).of(watched, profile.series());
    }

    /** A reference of another kind, or without a value, is none. */
    private static SeriesCounter counter(
            Watched watched, int index, int at, @Nullable FeatureReference reference) {
        if (reference instanceof NumericReference numeric
                && watched.kind() == Kind.NUMERIC
                && numeric.valid() > 0) {
            return new NumberCounter(watched, index, at, numeric);
        }
        if (reference instanceof CategoryReference categories
                && watched.kind() == Kind.CATEGORICAL
                && categories.valid() > 0) {
            return new CategoryCounter(watched, index, at, categories);
        }
        return new MissingCounter(watched, index, at);
    }

    List<SeriesCounter> series() {
        return series;
    }

    int cells() {
        return cells;
    }

    /** How much it holds, in cells of some 40 bytes. */
    long weight() {
        return series.stream().mapToLong(SeriesCounter::weight).sum() + cells - residuals;
    }

    /** The same of layouts that are the same: of the profile, and of what is watched. */
    String name() {
        return name;
    }

    /** Whether a pane was counted so. */
    boolean isOf(Pane pane) {
        return name.equals(pane.layout());
    }

    /**
     * Counts a score, its decision, and the features that it was made from. A score of a feature
     * that is warming is itself.
     */
    void count(Score score, Counts counts) {
        counts.addRow();
        counts.sample(score);
        if (score.warming().length > 0) {
            countWarming(score, counts);
            return;
        }
        for (int i = 0; i < series.size(); i++) {
            count(series.get(i), score, counts);
        }
    }

    /** Room for scores that are counted together. */
    ScoreRows rows() {
        return new ScoreRows(features, reconstruction);
    }

    /**
     * The same for some scores that have been sampled, of which none is warming: one series after
     * the other, so that what a series is counted by is fetched from memory once for all of them.
     */
    void count(ScoreRows rows, Counts counts) {
        counts.addRows(rows.size());
        for (int i = 0; i < series.size(); i++) {
            SeriesCounter counter = series.get(i);
            switch (counter.watched().role()) {
                case FEATURE -> counter.count(rows, counter.watched().place(), counts);
                case SCORE -> counter.count(rows, rows.scores(), counts);
                case RECONSTRUCTION -> {
                    counter.count(rows, rows.errors(), counts);
                    rows.residuals().moveTo(counts.cells(), residuals);
                }
                case DECISION -> {
                    for (int row = 0; row < rows.size(); row++) {
                        counter.count(rows.decision(row), counts);
                    }
                }
            }
        }
    }

    private void count(SeriesCounter counter, Score score, Counts counts) {
        switch (counter.watched().role()) {
            case FEATURE -> counter.count(feature(counter, score.features()), counts);
            case SCORE -> counter.count(score.value(), counts);
            case RECONSTRUCTION -> countTogether(counter, score.features(), counts);
            case DECISION -> counter.count(score.decision(), counts);
        }
    }

    private void countTogether(SeriesCounter counter, double[] features, Counts counts) {
        if (reconstruction == null) {
            counter.count(0, counts);
            return;
        }
        double error = reconstruction.error(features);
        counter.count(error, counts);
        ResidualSums.add(error, reconstruction.rest(), counts.cells(), residuals);
    }

    /**
     * The features that the reconstruction errors are made of, those to blame first.
     *
     * @param reference the rows that they are compared with; null where those of the reference are
     */
    List<Contributor> contributors(
            NumberCounter errors, Counts counts, @Nullable Counts reference) {
        if (reconstruction == null || errors.watched().role() != Role.RECONSTRUCTION) {
            return List.of();
        }
        PrincipalComponents principal = reconstruction.principal();
        if (reference != null) {
            double[] usual = squares(reference);
            long rows = errors.valid(reference);
            for (int i = 0; i < usual.length; i++) {
                usual[i] /= rows;
            }
            principal = principal.with(usual);
        }
        return Contributors.of(principal, squares(counts), errors.valid(counts));
    }

    /** Of each feature, the sum of the squares of what the components leave of it. */
    private double[] squares(Counts counts) {
        int features = (cells - residuals) / FixedSum.CELLS;
        var squares = new double[features];
        for (int i = 0; i < features; i++) {
            squares[i] = FixedSum.value(counts.cells(), residuals + i * FixedSum.CELLS);
        }
        return squares;
    }

    private void countWarming(Score score, Counts counts) {
        int[] warming = score.warming();
        int warmed = 0;
        for (SeriesCounter counter : series) {
            // Both are in the order of their places; what is made from a feature that is warming is
            // itself.
            if (counter.watched().role() != Role.FEATURE) {
                counter.countWarming(counts);
            } else if (warmed < warming.length && warming[warmed] == counter.watched().place()) {
                warmed++;
                counter.countWarming(counts);
            } else {
                counter.count(feature(counter, score.features()), counts);
            }
        }
    }

    private static double feature(SeriesCounter counter, double[] features) {
        int place = counter.watched().place();
        return place < features.length ? features[place] : Double.NaN;
    }

    void merge(long[] from, long[] to) {
        for (SeriesCounter counter : series) {
            counter.merge(from, to);
        }
        ResidualSums.merge(from, residuals, to, residuals, cells - residuals);
    }
}
