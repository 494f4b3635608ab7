package io.millrace.monitor;

import io.millrace.record.QualityReport;

/**
 * What quality is counted by. Public because Flink keys by it.
 *
 * @param modelName the registered model's name
 * @param modelVersion its version
 * @param route why this model answered
 * @param segment the value by which it is told apart; empty for all rows
 * @param windowStartMillis the window's first event time, epoch milliseconds
 * @param windowMillis how much event time it covers
 */
public record QualityKey(
        String modelName,
        String modelVersion,
        String route,
        String segment,
        long windowStartMillis,
        long windowMillis) {

    long windowEndMillis() {
        return windowStartMillis + windowMillis;
    }

    /** The same model's, of another segment and window. */
    QualityKey in(String otherSegment, long startMillis, long lengthMillis) {
        return new QualityKey(
                modelName, modelVersion, route, otherSegment, startMillis, lengthMillis);
    }

    /** The key of a report, of all rows. */
    static QualityKey ofAllRows(QualityReport report) {
        return new QualityKey(
                report.modelName(),
                report.modelVersion(),
                report.route(),
                "",
                report.windowStartMillis(),
                report.windowEndMillis() - report.windowStartMillis());
    }
}
