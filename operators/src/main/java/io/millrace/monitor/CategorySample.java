package io.millrace.monitor;

import java.util.HashMap;
import java.util.Map;

/** Categories, each of which is counted. */
final class CategorySample implements SeriesSample {
    private final Watched watched;
    private final Map<String, Long> counts = new HashMap<>();
    private long missing;

    CategorySample(Watched watched) {
        this.watched = watched;
    }

    @Override
    public void add(double value) {
        if (Double.isFinite(value)) {
            add(CategoryCounter.text(value + 0.0));
        } else {
            missing++;
        }
    }

    @Override
    public void add(String category) {
        counts.merge(category, 1L, Long::sum);
    }

    @Override
    public FeatureReference reference() {
        return CategoryReference.of(watched.name(), watched.role(), counts, missing);
    }
}
