package io.millrace.monitor;

import static io.millrace.monitor.QualityCells.BINS;
import static io.millrace.monitor.QualityCells.TENTHS;
import static io.millrace.monitor.QualityCells.cell;

import io.millrace.monitor.QualityCells.Binned;
import io.millrace.record.QualityReport.Calibration;
import io.millrace.record.QualityReport.Confusion;
import io.millrace.record.QualityReport.Labels;
import io.millrace.record.QualityReport.Measures;
import io.millrace.record.QualityReport.Paired;
import io.millrace.record.QualityReport.PairedLoss;
import io.millrace.record.QualityReport.Ranking;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * What the counts of a window say of its scores.
 *
 * <p>Confusion, cost, losses and estimates are exact but for the rounding of {@link QualityCells}.
 * What depends on the order of scores counts those of one bin as equal; its error is bounded by
 * what the bins hold, and the bound is computed too.
 */
final class QualityFigures {
    private final Tally tally;

    QualityFigures(Tally tally) {
        this.tally = tally;
    }

    Confusion confusion() {
        return new Confusion(
                tally.count(QualityCells.TRUE_POSITIVES),
                tally.count(QualityCells.FALSE_POSITIVES),
                tally.count(QualityCells.TRUE_NEGATIVES),
                tally.count(QualityCells.FALSE_NEGATIVES));
    }

    private long labelled() {
        return confusion().positives() + confusion().negatives();
    }

    Labels labels() {
        return new Labels(
                labelled(),
                (double) labelled() / tally.count(QualityCells.ROWS),
                confusion().positives(),
                tally.count(QualityCells.LABELS_BEFORE),
                tally.count(QualityCells.LABELS_LATE),
                tally.count(QualityCells.LABELS_SUPERSEDED),
                Delays.quantile(tally, QualityCells.DELAYS, 0.5),
                Delays.quantile(tally, QualityCells.DELAYS, 0.9),
                Delays.quantile(tally, QualityCells.DELAYS, 0.99));
    }

    /** What labels tell. */
    Measures realised() {
        var confusion = confusion();
        return measures(
                (double) confusion.truePositives(),
                (double) confusion.falsePositives(),
                (double) confusion.trueNegatives(),
                (double) confusion.falseNegatives(),
                auc(this::positives, this::negatives));
    }

    /** What the calibrated scores of all rows tell, where all of them are calibrated. */
    Measures estimated() {
        long rows = tally.count(QualityCells.ROWS);
        long decided = tally.count(QualityCells.DECIDED);
        return estimate(
                decided,
                rows - decided,
                tally.count(QualityCells.CHANCE_DECIDED),
                tally.count(QualityCells.CHANCE_OTHER),
                Binned.ROWS,
                Binned.CHANCE);
    }

    /** How much better the labels are than the calibrated scores of the same rows. */
    Measures gap() {
        var confusion = confusion();
        var realised = realised();
        var estimated =
                estimate(
                        confusion.truePositives() + confusion.falsePositives(),
                        confusion.trueNegatives() + confusion.falseNegatives(),
                        tally.count(QualityCells.LABELLED_CHANCE_DECIDED),
                        tally.count(QualityCells.LABELLED_CHANCE_OTHER),
                        Binned.LABELLED,
                        Binned.LABELLED_CHANCE);
        return new Measures(
                realised.accuracy() - estimated.accuracy(),
                realised.precision() - estimated.precision(),
                realised.recall() - estimated.recall(),
                realised.f1() - estimated.f1(),
                realised.auc() - estimated.auc());
    }

    private Measures estimate(
            long decided,
            long other,
            long chanceDecided,
            long chanceOther,
            Binned rows,
            Binned chance) {
        if (tally.count(QualityCells.CALIBRATED) < tally.count(QualityCells.ROWS)) {
            return Measures.NONE;
        }
        double truePositives = QualityCells.sum(chanceDecided);
        double falseNegatives = QualityCells.sum(chanceOther);
        IntToDoubleFunction positives = bin -> QualityCells.sum(tally.count(cell(bin, chance)));
        return measures(
                truePositives,
                decided - truePositives,
                other - falseNegatives,
                falseNegatives,
                auc(positives, bin -> tally.count(cell(bin, rows)) - positives.applyAsDouble(bin)));
    }

    private static Measures measures(
            double truePositives,
            double falsePositives,
            double trueNegatives,
            double falseNegatives,
            double auc) {
        double right = truePositives + trueNegatives;
        double wrong = falsePositives + falseNegatives;
        return new Measures(
                right / (right + wrong),
                truePositives / (truePositives + falsePositives),
                truePositives / (truePositives + falseNegatives),
                2 * truePositives / (2 * truePositives + wrong),
                auc);
    }

    private double positives(int bin) {
        return tally.count(cell(bin, Binned.POSITIVES));
    }

    private double negatives(int bin) {
        return tally.count(cell(bin, Binned.LABELLED)) - positives(bin);
    }

    private static double auc(IntToDoubleFunction positives, IntToDoubleFunction negatives) {
        double above = 0;
        double all = 0;
        double inOrder = 0;
        for (int bin = BINS - 1; bin >= 0; bin--) {
            double higher = positives.applyAsDouble(bin);
            double lower = negatives.applyAsDouble(bin);
            inOrder += lower * (above + higher / 2);
            above += higher;
            all += lower;
        }
        return inOrder / (above * all);
    }

    /**
     * @param top how many rows the precision at the top is of
     */
    Ranking ranking(long top) {
        double pairs = 0;
        double above = 0;
        double below = 0;
        double precisions = 0;
        double most = 0;
        double least = 0;
        for (int bin = BINS - 1; bin >= 0; bin--) {
            double positives = positives(bin);
            double negatives = negatives(bin);
            pairs += positives * negatives / 2;
            if (positives > 0) {
                double best = (above + positives) / (above + below + positives);
                precisions +=
                        positives * (above + positives) / (above + below + positives + negatives);
                most += positives * best;
                least += positives * (above + 1) / (above + below + negatives + 1);
            }
            above += positives;
            below += negatives;
        }
        var precision = atTop(top);
        return new Ranking(
                pairs / (above * below),
                precisions / above,
                Math.max(most - precisions, precisions - least) / above,
                precision.rows,
                precision.share,
                precision.error);
    }

    /** How a shadow differs from what was answered. */
    Paired paired() {
        return new Paired(
                tally.count(QualityCells.PAIRED),
                tally.count(QualityCells.OTHER_DECISIONS),
                tally.count(QualityCells.PAIRED_LABELLED),
                tally.count(QualityCells.ANSWERED_FALSE_POSITIVES),
                tally.count(QualityCells.ANSWERED_FALSE_NEGATIVES),
                tally.count(QualityCells.FEWER_FALSE_POSITIVES),
                tally.count(QualityCells.MORE_FALSE_POSITIVES),
                tally.count(QualityCells.FEWER_FALSE_NEGATIVES),
                tally.count(QualityCells.MORE_FALSE_NEGATIVES),
                loss(
                        QualityCells.ANSWERED_LOG_LOSS,
                        QualityCells.LESS_LOG_LOSS,
                        QualityCells.LESS_LOG_LOSS_SQUARES),
                loss(
                        QualityCells.ANSWERED_SQUARED_ERROR,
                        QualityCells.LESS_SQUARED_ERROR,
                        QualityCells.LESS_SQUARED_ERROR_SQUARES));
    }

    private PairedLoss loss(int answered, int less, int squares) {
        return tally.count(QualityCells.PAIRED_OUTSIDE) > 0
                ? PairedLoss.NONE
                : new PairedLoss(
                        QualityCells.sum(tally.count(answered)),
                        QualityCells.sum(tally.count(less)),
                        QualityCells.sum(tally.count(squares)));
    }

    private record AtTop(long rows, double share, double error) {}

    private AtTop atTop(long top) {
        long rows = Math.min(top, labelled());
        double positives = 0;
        double error = 0;
        long left = rows;
        for (int bin = BINS - 1; bin >= 0 && left > 0; bin--) {
            long theirs = tally.count(cell(bin, Binned.LABELLED));
            double right = positives(bin);
            if (theirs <= left) {
                positives += right;
                left -= theirs;
            } else {
                double expected = left * right / theirs;
                double most = Math.min((double) left, right);
                double least = Math.max(0, left - (theirs - right));
                positives += expected;
                error = Math.max(most - expected, expected - least);
                left = 0;
            }
        }
        return new AtTop(rows, positives / rows, error / rows);
    }

    Calibration calibration() {
        long labelled = labelled();
        List<Calibration.Tenth> tenths = new ArrayList<>();
        if (tally.count(QualityCells.OUTSIDE) > 0) {
            return new Calibration(Double.NaN, Double.NaN, Double.NaN, tenths);
        }
        double off = 0;
        for (int tenth = 0; tenth < TENTHS; tenth++) {
            long rows = 0;
            double positives = 0;
            for (int i = 0; i < BINS / TENTHS; i++) {
                int bin = tenth * (BINS / TENTHS) + i;
                rows += tally.count(cell(bin, Binned.LABELLED));
                positives += positives(bin);
            }
            if (rows > 0) {
                double scores = QualityCells.sum(tally.count(QualityCells.SCORES + tenth));
                off += Math.abs(scores - positives);
                tenths.add(
                        new Calibration.Tenth(
                                (double) tenth / TENTHS, rows, scores / rows, positives / rows));
            }
        }
        return new Calibration(
                QualityCells.sum(tally.count(QualityCells.LOG_LOSS)) / labelled,
                QualityCells.sum(tally.count(QualityCells.SQUARED_ERROR)) / labelled,
                off / labelled,
                tenths);
    }
}
