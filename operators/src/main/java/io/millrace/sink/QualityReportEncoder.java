package io.millrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.SerializableString;
import io.millrace.record.Outgoing;
import io.millrace.record.QualityReport;
import io.millrace.record.QualityReport.Calibration;
import io.millrace.record.QualityReport.Calibration.Tenth;
import io.millrace.record.QualityReport.Confusion;
import io.millrace.record.QualityReport.Fairness;
import io.millrace.record.QualityReport.Labels;
import io.millrace.record.QualityReport.Measures;
import io.millrace.record.QualityReport.Paired;
import io.millrace.record.QualityReport.PairedLoss;
import io.millrace.record.QualityReport.Ranking;
import java.io.IOException;

/** Quality reports as JSON, keyed by model version, route and segment. */
final class QualityReportEncoder implements Encoder<QualityReport> {
    private final String topic;
    private final JsonBuffer json;

    QualityReportEncoder(SinkConfig config) throws IOException {
        json = new JsonBuffer();
        topic = config.quality();
    }

    @Override
    public Outgoing apply(QualityReport report) throws IOException {
        json.begin();
        json.time(Field.WINDOW_START, report.windowStartMillis());
        json.time(Field.WINDOW_END, report.windowEndMillis());
        json.number(Field.REVISION, report.revision());
        json.flag(Field.IS_FINAL, report.isFinal());
        json.text(Field.MODEL_NAME, report.modelName());
        json.text(Field.MODEL_VERSION, report.modelVersion());
        json.text(Field.ROUTE, report.route());
        json.text(Field.SEGMENT, report.segment());
        json.number(Field.ROWS, report.rows());
        json.number(Field.DECIDED, report.decided());
        labels(report.labels());
        confusion(report.confusion());
        measures(Field.REALISED, report.realised());
        measures(Field.ESTIMATED, report.estimated());
        measures(Field.GAP, report.gap());
        ranking(report.ranking());
        calibration(report.calibration());
        json.number(Field.COST, report.cost());
        if (report.paired().rows() > 0) {
            paired(report.paired());
        }
        fairness(report.fairness());
        return new Outgoing(
                topic,
                "%s/%s/%s/%s"
                        .formatted(
                                report.modelName(),
                                report.modelVersion(),
                                report.route(),
                                report.segment())
                        .getBytes(UTF_8),
                json.end(),
                null);
    }

    private void labels(Labels labels) throws IOException {
        json.beginObject(Field.LABELS);
        json.number(Field.LABELLED, labels.labelled());
        json.number(Field.COVERAGE, labels.coverage());
        json.number(Field.POSITIVES, labels.positives());
        json.number(Field.BEFORE, labels.before());
        json.number(Field.LATE, labels.late());
        json.number(Field.SUPERSEDED, labels.superseded());
        json.number(Field.DELAY_MEDIAN_MILLIS, labels.delayMedianMillis());
        json.number(Field.DELAY_90_MILLIS, labels.delay90Millis());
        json.number(Field.DELAY_99_MILLIS, labels.delay99Millis());
        json.endObject();
    }

    private void confusion(Confusion confusion) throws IOException {
        json.beginObject(Field.CONFUSION);
        json.number(Field.TRUE_POSITIVES, confusion.truePositives());
        json.number(Field.FALSE_POSITIVES, confusion.falsePositives());
        json.number(Field.TRUE_NEGATIVES, confusion.trueNegatives());
        json.number(Field.FALSE_NEGATIVES, confusion.falseNegatives());
        json.endObject();
    }

    private void measures(SerializableString name, Measures measures) throws IOException {
        json.beginObject(name);
        json.number(Field.ACCURACY, measures.accuracy());
        json.number(Field.PRECISION, measures.precision());
        json.number(Field.RECALL, measures.recall());
        json.number(Field.F1, measures.f1());
        json.number(Field.AUC, measures.auc());
        json.endObject();
    }

    private void ranking(Ranking ranking) throws IOException {
        json.beginObject(Field.RANKING);
        json.number(Field.AUC_ERROR, ranking.aucError());
        json.number(Field.AVERAGE_PRECISION, ranking.averagePrecision());
        json.number(Field.AVERAGE_PRECISION_ERROR, ranking.averagePrecisionError());
        json.number(Field.TOP, ranking.top());
        json.number(Field.PRECISION_AT_TOP, ranking.precisionAtTop());
        json.number(Field.PRECISION_AT_TOP_ERROR, ranking.precisionAtTopError());
        json.endObject();
    }

    private void calibration(Calibration calibration) throws IOException {
        json.beginObject(Field.CALIBRATION);
        json.number(Field.LOG_LOSS, calibration.logLoss());
        json.number(Field.BRIER, calibration.brier());
        json.number(Field.EXPECTED_ERROR, calibration.expectedError());
        json.beginObjects(Field.TENTHS);
        for (Tenth tenth : calibration.tenths()) {
            json.beginObject();
            json.number(Field.LOW, tenth.low());
            json.number(Field.LABELLED, tenth.labelled());
            json.number(Field.MEAN_SCORE, tenth.meanScore());
            json.number(Field.POSITIVE_SHARE, tenth.positiveShare());
            json.endObject();
        }
        json.endObjects();
        json.endObject();
    }

    private void paired(Paired paired) throws IOException {
        json.beginObject(Field.PAIRED);
        json.number(Field.ROWS, paired.rows());
        json.number(Field.OTHER_DECISIONS, paired.otherDecisions());
        json.number(Field.LABELLED, paired.labelled());
        json.number(Field.ANSWERED_FALSE_POSITIVES, paired.answeredFalsePositives());
        json.number(Field.ANSWERED_FALSE_NEGATIVES, paired.answeredFalseNegatives());
        json.number(Field.FEWER_FALSE_POSITIVES, paired.fewerFalsePositives());
        json.number(Field.MORE_FALSE_POSITIVES, paired.moreFalsePositives());
        json.number(Field.FEWER_FALSE_NEGATIVES, paired.fewerFalseNegatives());
        json.number(Field.MORE_FALSE_NEGATIVES, paired.moreFalseNegatives());
        loss(Field.LOG_LOSS, paired.logLoss());
        loss(Field.SQUARED_ERROR, paired.squaredError());
        json.endObject();
    }

    private void loss(SerializableString name, PairedLoss loss) throws IOException {
        json.beginObject(name);
        json.number(Field.ANSWERED, loss.answered());
        json.number(Field.LESS, loss.less());
        json.number(Field.LESS_SQUARES, loss.lessSquares());
        json.endObject();
    }

    private void fairness(Fairness fairness) throws IOException {
        json.beginObject(Field.FAIRNESS);
        json.number(Field.SEGMENTS, fairness.segments());
        json.number(Field.DEMOGRAPHIC_PARITY_DIFFERENCE, fairness.demographicParityDifference());
        json.number(Field.DISPARATE_IMPACT_RATIO, fairness.disparateImpactRatio());
        json.number(Field.EQUAL_OPPORTUNITY_DIFFERENCE, fairness.equalOpportunityDifference());
        json.number(Field.EQUALISED_ODDS_DIFFERENCE, fairness.equalisedOddsDifference());
        json.endObject();
    }
}
