package io.millrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Alert;
import io.millrace.record.Distances;
import io.millrace.record.DriftReport;
import io.millrace.record.FeatureDrift;
import io.millrace.record.Outgoing;
import io.millrace.record.QualityReport;
import io.millrace.record.Reference;
import io.millrace.record.RetrainRequest;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MonitorEncoderTest {
    private static final SinkConfig CONFIG =
            new SinkConfig(
                    "p",
                    "localhost:9092",
                    Records.CONFIG.properties(),
                    "scores",
                    "dead-letters",
                    "duplicates",
                    "shadows",
                    "drift",
                    "quality",
                    "alerts",
                    "retrain",
                    List.of(),
                    true,
                    Records.CONFIG.guarantee(),
                    1);

    private static final List<FeatureDrift.Bin> BINS =
            List.of(
                    new FeatureDrift.Bin("2.5", 6, 0.5, 0.02),
                    new FeatureDrift.Bin("inf", 3, 0.5, 0.07));

    private static final Alert.Culprit CULPRIT =
            new Alert.Culprit(
                    "TX_AMOUNT",
                    "DISTRIBUTION",
                    "ks",
                    0.2,
                    0.06,
                    1e-9,
                    2e-9,
                    2,
                    BINS,
                    List.of(new FeatureDrift.Contributor("a", 0.75, 0.5)));

    @Test
    void aDriftReportIsOneObjectWhereWhatDoesNotApplyIsNull() throws IOException {
        var feature =
                new FeatureDrift(
                        "TX_AMOUNT",
                        FeatureDrift.Role.FEATURE,
                        FeatureDrift.Kind.NUMERIC,
                        FeatureDrift.Status.COMPARED,
                        new FeatureDrift.Summary(10, 1, 2, 0.5, -1, 4, 1, 2),
                        distances(Double.POSITIVE_INFINITY),
                        Distances.NONE,
                        0.001,
                        0.004,
                        List.of(FeatureDrift.Cause.DISTRIBUTION, FeatureDrift.Cause.MISSING),
                        BINS,
                        List.of(
                                new FeatureDrift.Contributor("a", 0.75, 0.5),
                                new FeatureDrift.Contributor("b", 0.25, Double.NaN)));
        var report =
                new DriftReport(
                        1_532_476_800_000L,
                        1_532_480_400_000L,
                        1,
                        "card-fraud",
                        "7",
                        "web",
                        10,
                        new Reference("sha256:ab", "web"),
                        DriftReport.Status.COMPARED,
                        "",
                        0,
                        1,
                        List.of(feature),
                        List.of("event-3", "event-1"));

        Outgoing outgoing = new DriftReportEncoder(CONFIG).apply(report);

        assertThat(outgoing.topic()).isEqualTo("drift");
        assertThat(new String(outgoing.key(), UTF_8)).isEqualTo("card-fraud/7/web");
        assertThat(new String(outgoing.value(), UTF_8))
                .isEqualTo(
                        """
                        {"window_start":"2018-07-25T00:00:00.000Z","window_end":"2018-07-25T01:00:00.000Z","revision":1,\
                        "model_name":"card-fraud","model_version":"7","segment":"web","rows":10,"reference_version":"sha256:ab",\
                        "reference_segment":"web","status":"COMPARED","detail":"","part":0,"parts":1,"event_ids":["event-3","event-1"],\
                        "features":[{"name":"TX_AMOUNT","role":"FEATURE","kind":"NUMERIC","status":"COMPARED",\
                        "current":{"rows":10,"missing":1,"mean":2.0,"std":0.5,"min":-1.0,"max":4.0,"below_reference":1,"above_reference":2},\
                        "from_reference":{"psi":0.5,"psi_p":0.25,"psi_with_missing":0.5,"psi_with_tails":0.5,"jensen_shannon":0.5,\
                        "ks":0.5,"ks_p":0.25,"wasserstein":0.5,"wasserstein_normed":"Infinity","chi_squared":null,"chi_squared_p":null,\
                        "total_variation":0.5,"largest_difference":0.5,"hellinger":0.5,"cramers_v":null,"new_category_ratio":null,"new_category_excess":null,"missing_change":0.1},\
                        "from_previous":{"psi":null,"psi_p":null,"psi_with_missing":null,"psi_with_tails":null,"jensen_shannon":null,\
                        "ks":null,"ks_p":null,"wasserstein":null,"wasserstein_normed":null,"chi_squared":null,"chi_squared_p":null,\
                        "total_variation":null,"largest_difference":null,"hellinger":null,"cramers_v":null,"new_category_ratio":null,"new_category_excess":null,"missing_change":null},\
                        "p":0.001,"q":0.004,"causes":["DISTRIBUTION","MISSING"],\
                        "bins":[{"label":"2.5","count":6,"reference_share":0.5,"contribution":0.02},\
                        {"label":"inf","count":3,"reference_share":0.5,"contribution":0.07}],\
                        "contributors":[{"name":"a","share":0.75,"reference_share":0.5},\
                        {"name":"b","share":0.25,"reference_share":null}]}]}\
                        """);
    }

    @Test
    void anAlertCarriesItsEvidence() throws IOException {
        var alert =
                new Alert(
                        "drift/card-fraud/7/web/1532480400000",
                        Alert.State.RAISED,
                        Alert.Severity.CRITICAL,
                        Alert.Source.DRIFT,
                        1_532_476_800_000L,
                        1_532_480_400_000L,
                        1_532_480_400_000L,
                        "card-fraud",
                        "7",
                        "web",
                        1_000,
                        new Reference("sha256:ab", "web", 1_532_400_000_000L, 1_532_473_200_000L),
                        "TX_AMOUNT has drifted",
                        List.of(CULPRIT),
                        0,
                        List.of("event-3", "event-1"),
                        "");

        Outgoing outgoing = new AlertEncoder(CONFIG).apply(alert);

        assertThat(outgoing.topic()).isEqualTo("alerts");
        assertThat(AlertJson.decode(outgoing.value()))
                .usingRecursiveComparison()
                .ignoringFields("culprits", "eventIds")
                .isEqualTo(alert);
        assertThat(new String(outgoing.key(), UTF_8))
                .isEqualTo("drift/card-fraud/7/web/1532480400000");
        assertThat(new String(outgoing.value(), UTF_8))
                .isEqualTo(
                        """
                        {"incident":"drift/card-fraud/7/web/1532480400000","revision":0,"state":"RAISED","severity":"CRITICAL","source":"DRIFT",\
                        "window_start":"2018-07-25T00:00:00.000Z","window_end":"2018-07-25T01:00:00.000Z","since":"2018-07-25T01:00:00.000Z",\
                        "model_name":"card-fraud","model_version":"7","segment":"web","rows":1000,"reference_version":"sha256:ab",\
                        "reference_segment":"web","reference_from":"2018-07-24T02:40:00.000Z","reference_to":"2018-07-24T23:00:00.000Z",\
                        "summary":"TX_AMOUNT has drifted","event_ids":["event-3","event-1"],\
                        "culprits":[{"name":"TX_AMOUNT","cause":"DISTRIBUTION","measure":"ks","value":0.2,"limit":0.06,"p":1.0E-9,"q":2.0E-9,"windows":2,\
                        "bins":[{"label":"2.5","count":6,"reference_share":0.5,"contribution":0.02},\
                        {"label":"inf","count":3,"reference_share":0.5,"contribution":0.07}],\
                        "contributors":[{"name":"a","share":0.75,"reference_share":0.5}]}]}\
                        """);
    }

    @Test
    void aRequestForANewModelSaysWhyAndWhichEventTimeToTrainOn() throws IOException {
        Outgoing outgoing = new RetrainRequestEncoder(CONFIG).apply(request(1_533_085_200_000L));

        assertThat(outgoing.topic()).isEqualTo("retrain");
        assertThat(new String(outgoing.key(), UTF_8)).isEqualTo("card-fraud/7");
        assertThat(new String(outgoing.value(), UTF_8))
                .isEqualTo(
                        """
                        {"requested":"2018-07-25T01:00:00.000Z","pipeline":"p","model_name":"card-fraud","model_version":"7","segment":"web",\
                        "incident":"drift/card-fraud/7/web/1532480400000","source":"DRIFT","severity":"CRITICAL","reference_version":"sha256:ab",\
                        "summary":"TX_AMOUNT has drifted",\
                        "culprits":[{"name":"TX_AMOUNT","cause":"DISTRIBUTION","measure":"ks","value":0.2,"limit":0.06,"p":1.0E-9,"q":2.0E-9,"windows":2,\
                        "bins":[{"label":"2.5","count":6,"reference_share":0.5,"contribution":0.02},\
                        {"label":"inf","count":3,"reference_share":0.5,"contribution":0.07}],\
                        "contributors":[{"name":"a","share":0.75,"reference_share":0.5}]}],\
                        "train":{"from":"2018-07-24T22:00:00.000Z","to":"2018-07-25T00:24:00.000Z"},\
                        "hold_out":{"from":"2018-07-25T00:24:00.000Z","to":"2018-07-25T01:00:00.000Z"},\
                        "labels_until":"2018-08-01T01:00:00.000Z"}\
                        """);
    }

    @Test
    void aRequestOfAPipelineWithoutLabelsWaitsForNone() throws IOException {
        Outgoing outgoing = new RetrainRequestEncoder(CONFIG).apply(request(null));
        assertThat(new String(outgoing.value(), UTF_8)).endsWith("\"labels_until\":null}");
    }

    private static RetrainRequest request(@Nullable Long labelsUntilMillis) {
        return new RetrainRequest(
                1_532_480_400_000L,
                "card-fraud",
                "7",
                "web",
                "drift/card-fraud/7/web/1532480400000",
                Alert.Source.DRIFT,
                Alert.Severity.CRITICAL,
                "sha256:ab",
                "TX_AMOUNT has drifted",
                List.of(CULPRIT),
                1_532_469_600_000L,
                1_532_478_240_000L,
                1_532_480_400_000L,
                labelsUntilMillis);
    }

    @Test
    void aQualityReportIsOneObjectWhereWhatNoLabelTellsIsNull() throws IOException {
        var report =
                new QualityReport(
                        1_532_476_800_000L,
                        1_532_480_400_000L,
                        2,
                        true,
                        "card-fraud",
                        "7",
                        "CHAMPION",
                        "web",
                        10,
                        4,
                        new QualityReport.Labels(8, 0.8, 3, 1, 2, 3, 60_000, 7e6, 8e6),
                        new QualityReport.Confusion(2, 1, 4, 1),
                        new QualityReport.Measures(0.75, 2 / 3.0, 2 / 3.0, 2 / 3.0, 0.9),
                        QualityReport.Measures.NONE,
                        QualityReport.Measures.NONE,
                        new QualityReport.Ranking(0.001, 0.8, 0.01, 5, 0.6, 0),
                        new QualityReport.Calibration(
                                0.4,
                                0.2,
                                0.1,
                                List.of(
                                        new QualityReport.Calibration.Tenth(0, 5, 0.04, 0.2),
                                        new QualityReport.Calibration.Tenth(0.9, 3, 0.95, 1))),
                        55,
                        new QualityReport.Paired(
                                9,
                                3,
                                8,
                                2,
                                1,
                                1,
                                0,
                                1,
                                0,
                                new QualityReport.PairedLoss(4, 0.5, 0.25),
                                new QualityReport.PairedLoss(2, 0.125, 0.0625)),
                        new QualityReport.Fairness(2, 0.5, 0.25, 0.1, 0.2));

        Outgoing outgoing = new QualityReportEncoder(CONFIG).apply(report);

        assertThat(outgoing.topic()).isEqualTo("quality");
        assertThat(QualityReportJson.decode(outgoing.value())).isEqualTo(report);
        assertThat(new String(outgoing.key(), UTF_8)).isEqualTo("card-fraud/7/CHAMPION/web");
        assertThat(new String(outgoing.value(), UTF_8))
                .isEqualTo(
                        """
                        {"window_start":"2018-07-25T00:00:00.000Z","window_end":"2018-07-25T01:00:00.000Z","revision":2,"is_final":true,\
                        "model_name":"card-fraud","model_version":"7","route":"CHAMPION","segment":"web","rows":10,"decided":4,\
                        "labels":{"labelled":8,"coverage":0.8,"positives":3,"before":1,"late":2,"superseded":3,\
                        "delay_median_millis":60000.0,"delay_90_millis":7000000.0,"delay_99_millis":8000000.0},\
                        "confusion":{"true_positives":2,"false_positives":1,"true_negatives":4,"false_negatives":1},\
                        "realised":{"accuracy":0.75,"precision":0.6666666666666666,"recall":0.6666666666666666,"f1":0.6666666666666666,"auc":0.9},\
                        "estimated":{"accuracy":null,"precision":null,"recall":null,"f1":null,"auc":null},\
                        "gap":{"accuracy":null,"precision":null,"recall":null,"f1":null,"auc":null},\
                        "ranking":{"auc_error":0.001,"average_precision":0.8,"average_precision_error":0.01,"top":5,\
                        "precision_at_top":0.6,"precision_at_top_error":0.0},\
                        "calibration":{"log_loss":0.4,"brier":0.2,"expected_error":0.1,\
                        "tenths":[{"low":0.0,"labelled":5,"mean_score":0.04,"positive_share":0.2},\
                        {"low":0.9,"labelled":3,"mean_score":0.95,"positive_share":1.0}]},"cost":55.0,\
                        "paired":{"rows":9,"other_decisions":3,"labelled":8,"answered_false_positives":2,"answered_false_negatives":1,\
                        "fewer_false_positives":1,"more_false_positives":0,"fewer_false_negatives":1,"more_false_negatives":0,\
                        "log_loss":{"answered":4.0,"less":0.5,"less_squares":0.25},\
                        "squared_error":{"answered":2.0,"less":0.125,"less_squares":0.0625}},\
                        "fairness":{"segments":2,"demographic_parity_difference":0.5,"disparate_impact_ratio":0.25,\
                        "equal_opportunity_difference":0.1,"equalised_odds_difference":0.2}}\
                        """);
    }

    @Test
    void whatIsNoReportOrAlertIsPassedOver() {
        for (String bytes : List.of("", "no JSON", "[1]", "{}", "{\"window_start\":\"soon\"}")) {
            assertThat(QualityReportJson.decode(bytes.getBytes(UTF_8))).isNull();
            assertThat(AlertJson.decode(bytes.getBytes(UTF_8))).isNull();
            assertThat(ModelDecisionJson.decode(bytes.getBytes(UTF_8))).isNull();
        }
    }

    private static Distances distances(double wassersteinNormed) {
        return new Distances(
                0.5,
                0.25,
                0.5,
                0.5,
                0.5,
                0.5,
                0.25,
                0.5,
                wassersteinNormed,
                Double.NaN,
                Double.NaN,
                0.5,
                0.5,
                0.5,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                0.1);
    }
}
