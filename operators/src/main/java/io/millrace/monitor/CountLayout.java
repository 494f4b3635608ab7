package io.millrace.monitor;

import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
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

    /** Features that are numbers: most of all, and so counted in a loop of their own. */
    private final List<NumberCounter> numbers = new ArrayList<>();

    private final List<SeriesCounter> others = new ArrayList<>();
    private final int cells;
    private final String name;

    private CountLayout(List<SeriesCounter> series, int cells, String name) {
        this.series = series;
        this.cells = cells;
        this.name = name;
        for (SeriesCounter counter : series) {
            if (counter instanceof NumberCounter number
                    && counter.watched().role() == Role.FEATURE) {
                numbers.add(number);
            } else {
                others.add(counter);
            }
        }
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

    /**
     * Counts a score, its decision, and the features that it was made from. A score of a feature
     * that is warming is itself.
     */
    void count(Score score, Counts counts) {
        counts.addRow();
        if (score.warming().length > 0) {
            countWarming(score, counts);
            return;
        }
        for (int i = 0; i < numbers.size(); i++) {
            NumberCounter number = numbers.get(i);
            number.count(feature(number, score.features()), counts);
        }
        for (int i = 0; i < others.size(); i++) {
            count(others.get(i), score, counts);
        }
    }

    /**
     * The same for the first of some scores, of which none is warming: one series after the other,
     * so that what a series is counted by is fetched from memory once for all of them.
     */
    void count(Score[] scores, int size, Counts counts) {
        counts.addRows(size);
        for (int i = 0; i < numbers.size(); i++) {
            NumberCounter number = numbers.get(i);
            for (int row = 0; row < size; row++) {
                number.count(feature(number, scores[row].features()), counts);
            }
        }
        for (int i = 0; i < others.size(); i++) {
            SeriesCounter other = others.get(i);
            for (int row = 0; row < size; row++) {
                count(other, scores[row], counts);
            }
        }
    }

    private static void count(SeriesCounter counter, Score score, Counts counts) {
        switch (counter.watched().role()) {
            case FEATURE -> counter.count(feature(counter, score.features()), counts);
            case SCORE -> counter.count(score.value(), counts);
            case DECISION -> counter.count(score.decision(), counts);
        }
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
    }
}
