package io.millrace.tests.sql;

import io.millrace.record.Alert;
import io.millrace.record.Distances;
import io.millrace.record.DriftReport;
import io.millrace.record.FeatureDrift;
import io.millrace.record.QualityReport;
import io.millrace.record.Reference;
import io.millrace.record.RetrainRequest;
import java.time.Instant;
import java.util.List;

/**
 * What the monitor says of a day: one drift report, one alert, and a quality report that labels
 * revise.
 */
final class MonitorRecords {
    private static final long START = Instant.parse("2026-03-02T00:00:00Z").toEpochMilli();
    private static final long END = Instant.parse("2026-03-03T00:00:00Z").toEpochMilli();
    private static final double NONE = Double.NaN;

    private static final List<FeatureDrift.Bin> BINS =
            List.of(new FeatureDrift.Bin("50.5", 3, 0.5, 0.25));

    private static final List<FeatureDrift.Contributor> CONTRIBUTORS =
            List.of(new FeatureDrift.Contributor("TX_AMOUNT", 0.75, 0.25));

    private MonitorRecords() {}

    static DriftReport drift() {
        var feature =
                new FeatureDrift(
                        "TX_AMOUNT",
                        FeatureDrift.Role.FEATURE,
                        FeatureDrift.Kind.NUMERIC,
                        FeatureDrift.Status.COMPARED,
                        new FeatureDrift.Summary(4, 1, 110.5, 25.25, 12, 250, 0, 1),
                        new Distances(
                                0.5, 0.01, 0.55, 0.6, 0.2, 0.3, 0.02, 12.5, 0.25, NONE, NONE, 0.15,
                                0.1, 0.2, NONE, NONE, NONE, 0.05),
                        Distances.NONE,
                        0.01,
                        0.02,
                        List.of(FeatureDrift.Cause.DISTRIBUTION),
                        BINS,
                        CONTRIBUTORS);
        return new DriftReport(
                START,
                END,
                0,
                "card-fraud",
                "1",
                "",
                4,
                new Reference("sha256:9f", ""),
                DriftReport.Status.COMPARED,
                "",
                0,
                1,
                List.of(feature),
                List.of("tx-2", "tx-1"));
    }

    static Alert alert() {
        return new Alert(
                "card-fraud/1//1772496000000",
                Alert.State.RAISED,
                Alert.Severity.CRITICAL,
                Alert.Source.DRIFT,
                START,
                END,
                END,
                "card-fraud",
                "1",
                "",
                4,
                new Reference("sha256:9f", ""),
                "TX_AMOUNT has drifted",
                List.of(
                        new Alert.Culprit(
                                "TX_AMOUNT",
                                "DISTRIBUTION",
                                "ks",
                                0.3,
                                0.06,
                                0.01,
                                0.02,
                                1,
                                BINS,
                                CONTRIBUTORS)),
                0,
                List.of("tx-2", "tx-1"),
                "");
    }

    static RetrainRequest request() {
        Alert alert = alert();
        return new RetrainRequest(
                END,
                alert.modelName(),
                alert.modelVersion(),
                alert.segment(),
                alert.incident(),
                alert.source(),
                alert.severity(),
                alert.reference().version(),
                alert.summary(),
                alert.culprits(),
                START,
                START + (END - START) / 2,
                END,
                2 * END - START);
    }

    /**
     * Before any label, and after all of them; and of a shadow, whose labels have begun to come.
     */
    static List<QualityReport> quality() {
        var estimated = new QualityReport.Measures(0.75, 0.5, 1, 0.625, 0.875);
        var before =
                new QualityReport(
                        START,
                        END,
                        0,
                        false,
                        "card-fraud",
                        "1",
                        "CHAMPION",
                        "",
                        4,
                        1,
                        new QualityReport.Labels(0, 0, 0, 0, 0, 0, NONE, NONE, NONE),
                        new QualityReport.Confusion(0, 0, 0, 0),
                        QualityReport.Measures.NONE,
                        estimated,
                        QualityReport.Measures.NONE,
                        new QualityReport.Ranking(NONE, NONE, NONE, 0, NONE, NONE),
                        new QualityReport.Calibration(NONE, NONE, NONE, List.of()),
                        0,
                        QualityReport.Paired.NONE,
                        QualityReport.Fairness.NONE);
        var after =
                new QualityReport(
                        START,
                        END,
                        1,
                        true,
                        "card-fraud",
                        "1",
                        "CHAMPION",
                        "",
                        4,
                        1,
                        new QualityReport.Labels(4, 1, 2, 0, 1, 1, 6e8, 6.1e8, 6.2e8),
                        new QualityReport.Confusion(1, 0, 2, 1),
                        new QualityReport.Measures(0.75, 1, 0.5, 0.625, 0.75),
                        estimated,
                        new QualityReport.Measures(0, 0.5, -0.5, 0, -0.125),
                        new QualityReport.Ranking(0.125, 0.75, 0.25, 4, 0.5, 0),
                        new QualityReport.Calibration(
                                0.5,
                                0.25,
                                0.125,
                                List.of(new QualityReport.Calibration.Tenth(0.9, 1, 0.90625, 1))),
                        100,
                        QualityReport.Paired.NONE,
                        new QualityReport.Fairness(2, 0.5, 0.25, 0.125, 0.25));
        var shadow =
                new QualityReport(
                        START,
                        END,
                        0,
                        false,
                        "card-fraud",
                        "3",
                        "SHADOW",
                        "",
                        4,
                        1,
                        new QualityReport.Labels(0, 0, 0, 0, 0, 0, NONE, NONE, NONE),
                        new QualityReport.Confusion(0, 0, 0, 0),
                        QualityReport.Measures.NONE,
                        estimated,
                        QualityReport.Measures.NONE,
                        new QualityReport.Ranking(NONE, NONE, NONE, 0, NONE, NONE),
                        new QualityReport.Calibration(NONE, NONE, NONE, List.of()),
                        0,
                        new QualityReport.Paired(
                                4,
                                3,
                                2,
                                1,
                                0,
                                1,
                                0,
                                0,
                                1,
                                new QualityReport.PairedLoss(0.75, 0.5, 0.25),
                                new QualityReport.PairedLoss(0.375, 0.125, 0.0625)),
                        QualityReport.Fairness.NONE);
        return List.of(before, after, shadow);
    }
}
