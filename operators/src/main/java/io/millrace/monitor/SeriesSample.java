package io.millrace.monitor;

/** The values of one series, from which its reference is made. */
sealed interface SeriesSample permits NumberSample, CategorySample {

    /** A number; NaN and the infinite are missing. */
    void add(double value);

    void add(String category);

    FeatureReference reference();
}
