package io.millrace.monitor;

import io.millrace.record.QualityReport;

/**
 * What quality is counted by. Public because Flink sends it.
 *
 * <p>Streams are keyed by its {@link #text}: entities are numbers and texts, and whatever else were
 * a key in their process would make Flink's state slower for them, whose code is compiled for two
 * classes of keys at most.
 *
 * @param modelName the registered model's name, which has no slash
 * @param modelVersion its version, which has none either
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

    /** The key of a text. */
    static QualityKey of(String text) {
        String[] parts = text.split("/", 6);
        return new QualityKey(
                parts[0],
                parts[1],
                parts[2],
                parts[5],
                Long.parseLong(parts[3]),
                Long.parseLong(parts[4]));
    }

    /** As Flink keys by it. */
    String text() {
        return String.join(
                "/",
                modelName,
                modelVersion,
                route,
                Long.toString(windowStartMillis),
                Long.toString(windowMillis),
                segment);
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
