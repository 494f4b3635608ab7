package io.millrace.monitor;

import io.millrace.record.FeatureDrift.Summary;

/** A window's own figures. */
final class Summaries {

    private Summaries() {}

    static Summary of(NumberCounter counter, Counts counts) {
        return new Summary(
                counter.rows(counts),
                counter.missing(counts),
                counter.mean(counts),
                counter.std(counts),
                counts.min(counter.index()),
                counts.max(counter.index()),
                counter.below(counts),
                counter.above(counts));
    }

    /** Of a series that has no numbers. */
    static Summary withoutValues(SeriesCounter counter, Counts counts) {
        double none = Double.NaN;
        return new Summary(
                counter.rows(counts), counter.missing(counts), none, none, none, none, 0, 0);
    }
}
