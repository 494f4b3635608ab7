package io.millrace.monitor;

/**
 * What has been counted of a key, and said of it. Public because Flink keeps it as state.
 *
 * @param counts the counts
 * @param revision of the next report
 * @param isChanged whether there are counts that no report has told of
 */
public record QualityWindow(QualityCounts counts, int revision, boolean isChanged) {

    /** The same after a report. */
    QualityWindow reported() {
        return new QualityWindow(counts, revision + 1, false);
    }
}
