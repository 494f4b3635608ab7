package io.millrace.record;

import java.util.List;

/**
 * How right a model version's scores of one window were, as far as labels tell, and how right its
 * reference says that they should be.
 *
 * <p>NaN is what cannot be computed: a share of nothing, or what no label tells yet.
 *
 * @param windowStartMillis the window's first event time, epoch milliseconds; scores count at the
 *     time of their event, whenever their labels come
 * @param windowEndMillis the first event time after it
 * @param revision 0 of the first report of the window; labels and corrections make further ones
 * @param isFinal whether the horizon of labels has passed for every score of the window
 * @param modelName the registered model's name
 * @param modelVersion its version
 * @param route why this model answered
 * @param segment the value by which it was told apart; empty for all rows
 * @param rows how many scores the window has
 * @param decided how many of them reached the threshold
 * @param labels the labels that have come
 * @param confusion decisions against labels
 * @param realised what labels tell
 * @param estimated what the calibrated scores tell of all rows, without labels
 * @param gap realised less estimated, both of the rows that have a label
 * @param ranking how well scores order rows
 * @param calibration how well scores are probabilities
 * @param cost of the wrong decisions, by what the pipeline says each costs; NaN where it says none
 * @param paired how it differs from what was answered, of a shadow
 * @param fairness how differently the window's segments fare; in reports of all rows
 */
public record QualityReport(
        long windowStartMillis,
        long windowEndMillis,
        int revision,
        boolean isFinal,
        String modelName,
        String modelVersion,
        String route,
        String segment,
        long rows,
        long decided,
        Labels labels,
        Confusion confusion,
        Measures realised,
        Measures estimated,
        Measures gap,
        Ranking ranking,
        Calibration calibration,
        double cost,
        Paired paired,
        Fairness fairness) {

    /** The same with the window's fairness. */
    public QualityReport withFairness(Fairness other) {
        return new QualityReport(
                windowStartMillis,
                windowEndMillis,
                revision,
                isFinal,
                modelName,
                modelVersion,
                route,
                segment,
                rows,
                decided,
                labels,
                confusion,
                realised,
                estimated,
                gap,
                ranking,
                calibration,
                cost,
                paired,
                other);
    }

    /**
     * The labels of a window.
     *
     * @param labelled how many scores have one
     * @param coverage the share of scores that have one
     * @param positives how many of them are positive
     * @param before how many are older than their event, and do not count
     * @param late how many are from after the horizon, and do not count
     * @param superseded how many gave way to a later one
     * @param delayMedianMillis from the event to its label: a bucket's middle, off by at most a
     *     sixteenth
     * @param delay90Millis the same, of nine in ten
     * @param delay99Millis the same, of 99 in a hundred
     */
    public record Labels(
            long labelled,
            double coverage,
            long positives,
            long before,
            long late,
            long superseded,
            double delayMedianMillis,
            double delay90Millis,
            double delay99Millis) {}

    /** Decisions against labels; positive is what reached the threshold. */
    public record Confusion(
            long truePositives, long falsePositives, long trueNegatives, long falseNegatives) {

        public long positives() {
            return truePositives + falseNegatives;
        }

        public long negatives() {
            return falsePositives + trueNegatives;
        }
    }

    /**
     * Figures that there are with labels and without.
     *
     * @param accuracy the share of right decisions
     * @param precision the share of positives among what was decided
     * @param recall the share that was decided among positives
     * @param f1 the harmonic mean of those two
     * @param auc the area under the ROC curve, over a thousand bins of scores
     */
    public record Measures(
            double accuracy, double precision, double recall, double f1, double auc) {
        public static final Measures NONE =
                new Measures(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }

    /**
     * How well scores order the rows that have a label, over a thousand bins of scores.
     *
     * @param aucError the exact area is at most this far from {@code realised.auc}
     * @param averagePrecision the mean precision at the positives
     * @param averagePrecisionError the exact one is at most this far from it
     * @param top how many rows the next figure is of
     * @param precisionAtTop the share of positives among the rows with the highest scores
     * @param precisionAtTopError the exact one is at most this far from it
     */
    public record Ranking(
            double aucError,
            double averagePrecision,
            double averagePrecisionError,
            long top,
            double precisionAtTop,
            double precisionAtTopError) {}

    /**
     * How well scores are probabilities; NaN where some score is none.
     *
     * @param logLoss the mean of the negative logarithm of what the truth was given
     * @param brier the mean squared difference from the truth
     * @param expectedError the mean distance of a tenth's mean score from its share of positives
     * @param tenths the tenths of the scores' range that have rows
     */
    public record Calibration(
            double logLoss, double brier, double expectedError, List<Tenth> tenths) {

        /**
         * The scores from {@code low} on, a tenth wide.
         *
         * @param labelled how many of them have a label
         * @param meanScore their mean
         * @param positiveShare the share of positives
         */
        public record Tenth(double low, long labelled, double meanScore, double positiveShare) {}
    }

    /**
     * How a shadow's scores differ from those that answered the same events: sums, so that windows
     * add up.
     *
     * @param rows how many events have both scores
     * @param otherDecisions on how many of them both decide differently
     * @param labelled how many of them have a label; what follows is of these
     * @param answeredFalsePositives the wrong decisions of what was answered
     * @param answeredFalseNegatives the same, of positives
     * @param fewerFalsePositives where the answer alone is wrong, of negatives
     * @param moreFalsePositives where the shadow alone is wrong, of negatives
     * @param fewerFalseNegatives where the answer alone is wrong, of positives
     * @param moreFalseNegatives where the shadow alone is wrong, of positives
     * @param logLoss the logarithmic loss
     * @param squaredError the squared difference from the truth
     */
    public record Paired(
            long rows,
            long otherDecisions,
            long labelled,
            long answeredFalsePositives,
            long answeredFalseNegatives,
            long fewerFalsePositives,
            long moreFalsePositives,
            long fewerFalseNegatives,
            long moreFalseNegatives,
            PairedLoss logLoss,
            PairedLoss squaredError) {
        public static final Paired NONE =
                new Paired(0, 0, 0, 0, 0, 0, 0, 0, 0, PairedLoss.NONE, PairedLoss.NONE);
    }

    /**
     * A loss of labelled pairs; NaN where some score is no probability.
     *
     * @param answered the sum of what was answered
     * @param less the sum of how much less the shadow has
     * @param lessSquares the sum of the squares of that
     */
    public record PairedLoss(double answered, double less, double lessSquares) {
        public static final PairedLoss NONE = new PairedLoss(Double.NaN, Double.NaN, Double.NaN);
    }

    /**
     * How differently segments fare. A segment counts where it has as many rows as the pipeline
     * asks; for what takes labels, where it has any of that kind.
     *
     * @param segments how many count
     * @param demographicParityDifference the largest share of decided rows less the smallest
     * @param disparateImpactRatio the smallest share of decided rows in the largest
     * @param equalOpportunityDifference the largest recall less the smallest
     * @param equalisedOddsDifference that, or the same of false positives among negatives,
     *     whichever is larger
     */
    public record Fairness(
            int segments,
            double demographicParityDifference,
            double disparateImpactRatio,
            double equalOpportunityDifference,
            double equalisedOddsDifference) {
        public static final Fairness NONE =
                new Fairness(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
}
