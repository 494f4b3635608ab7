package io.millrace.monitor;

import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.Score;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which cells count what: the watched series one after the other, each in the bins of its
 * reference. Two layouts of the same watched series and the same profile are the same.
 */
final class CountLayout {
    private final List<SeriesCounter> series;
    private final int cells;
    private final String name;

    private CountLayout(List<SeriesCounter> series, int cells, String name) {
        this.series = series;
        this.cells = cells;
        this.name = name;
    }

    /**
     * @param watched features first, in the order of their places
     * @param profile null where there is none: missing values are counted nevertheless
     */
    static CountLayout of(List<Watched> watched, @Nullable ReferenceProfile profile) {
        var series = new ArrayList<SeriesCounter>();
        int at = 0;
        for (Watched one : watched) {
            var reference = profile == null ? null : profile.find(one.name(), one.role());
            SeriesCounter counter = counter(one, series.size(), at, reference);
            series.add(counter);
            at += counter.width();
        }
        String name =
                "%s/%08x/%d"
                        .formatted(
                                profile == null ? "" : profile.digest(),
                                watched.toString().hashCode(),
                                at);
        return new CountLayout(List.copyOf(series), at, name);
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

    /** The same of layouts that are the same: of the profile, and of what is watched. */
    String name() {
        return name;
    }

    /** Counts a score, its decision, and the features that it was made from. */
    void count(Score score, Counts counts) {
        counts.addRow();
        double[] features = score.features();
        int[] warming = score.warming();
        int warmed = 0;
        for (SeriesCounter counter : series) {
            switch (counter.watched().role()) {
                case FEATURE -> {
                    int place = counter.watched().place();
                    // Both are in the order of their places.
                    if (warmed < warming.length && warming[warmed] == place) {
                        warmed++;
                        counter.countWarming(counts);
                    } else {
                        counter.count(
                                place < features.length ? features[place] : Double.NaN, counts);
                    }
                }
                case SCORE -> counter.count(score.value(), counts);
                case DECISION -> counter.count(score.decision(), counts);
            }
        }
    }

    void merge(long[] from, long[] to) {
        for (SeriesCounter counter : series) {
            counter.merge(from, to);
        }
    }
}
