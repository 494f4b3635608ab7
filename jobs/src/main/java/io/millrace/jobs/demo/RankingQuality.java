package io.millrace.jobs.demo;

import java.util.stream.IntStream;

/**
 * How well scores rank frauds before the rest.
 *
 * @param auc the area under the ROC curve: the chance that a fraud scores above a genuine event, a
 *     tie counting half; NaN where there are not both
 * @param averagePrecision the mean over the frauds, by descending score, of the precision down to
 *     there; equal scores are one step; NaN where there is no fraud
 * @param labelled how many scores have a label
 * @param frauds how many of these are frauds
 */
record RankingQuality(double auc, double averagePrecision, int labelled, int frauds) {

    /**
     * Compares scores with the truth.
     *
     * @param scores finite
     * @param fraud whether the score of the same index is a fraud's
     */
    static RankingQuality of(double[] scores, boolean[] fraud) {
        int[] byScore = descending(scores);
        long positives = 0;
        for (boolean is : fraud) {
            positives += is ? 1 : 0;
        }
        long negatives = scores.length - positives;
        double rankedAbove = 0;
        double precisions = 0;
        long truePositives = 0;
        long falsePositives = 0;
        for (int from = 0; from < byScore.length; ) {
            double score = scores[byScore[from]];
            int to = from;
            long frauds = 0;
            while (to < byScore.length && scores[byScore[to]] == score) {
                frauds += fraud[byScore[to]] ? 1 : 0;
                to++;
            }
            long genuine = to - from - frauds;
            rankedAbove += genuine * (truePositives + frauds / 2.0);
            truePositives += frauds;
            falsePositives += genuine;
            precisions += frauds * ((double) truePositives / (truePositives + falsePositives));
            from = to;
        }
        return new RankingQuality(
                rankedAbove / ((double) positives * negatives),
                precisions / positives,
                scores.length,
                (int) positives);
    }

    /** Indices by descending score. */
    private static int[] descending(double[] scores) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted((a, b) -> Double.compare(scores[b], scores[a]))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
