package io.millrace.monitor;

import java.util.Arrays;

/**
 * How likely a score is to be right: a rising line through points, level before the first and after
 * the last.
 *
 * @param scores ascending, each once
 * @param probabilities how likely each of them is; they never fall
 */
// Compared in tests only, recursively.
@SuppressWarnings("ArrayRecordComponent")
public record Calibration(double[] scores, double[] probabilities) {

    public Calibration {
        if (scores.length == 0 || scores.length != probabilities.length) {
            throw new IllegalArgumentException(
                    "a calibration has %d scores and %d probabilities; it must have as many of each,"
                                    .formatted(scores.length, probabilities.length)
                            + " and at least one");
        }
        for (int i = 0; i < scores.length; i++) {
            if (i > 0 && !(scores[i] > scores[i - 1])) {
                throw new IllegalArgumentException(
                        "a calibration's score %s follows %s; it must be larger"
                                .formatted(scores[i], scores[i - 1]));
            }
            double least = i == 0 ? 0 : probabilities[i - 1];
            if (!(probabilities[i] >= least && probabilities[i] <= 1)) {
                throw new IllegalArgumentException(
                        "a calibration's probability is %s; it must be between %s and 1"
                                .formatted(probabilities[i], least));
            }
        }
    }

    /**
     * The rising line of least squares: isotonic regression, by pooling adjacent violators (M. Ayer
     * and others, 1955).
     *
     * @param scores in any order
     * @param truths the share of positives at each of them
     * @param weights how many rows each of them stands for; more than 0
     */
    static Calibration fit(double[] scores, double[] truths, double[] weights) {
        Integer[] order = new Integer[scores.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Double.compare(scores[a], scores[b]));
        Pool pool = new Pool(scores.length);
        int from = 0;
        while (from < order.length) {
            double score = scores[order[from]];
            double weight = 0;
            double positives = 0;
            int to = from;
            // -0.0 and 0.0 are one score.
            while (to < order.length && scores[order[to]] == score) {
                weight += weights[order[to]];
                positives += weights[order[to]] * truths[order[to]];
                to++;
            }
            pool.add(score + 0.0, positives / weight, weight);
            from = to;
        }
        return pool.line();
    }

    /** Scores that have the same probability, from the lowest up. */
    private static final class Pool {
        private final double[] lows;
        private final double[] highs;
        private final double[] means;
        private final double[] weights;
        private int size;

        Pool(int capacity) {
            lows = new double[capacity];
            highs = new double[capacity];
            means = new double[capacity];
            weights = new double[capacity];
        }

        void add(double score, double truth, double weight) {
            lows[size] = score;
            highs[size] = score;
            means[size] = truth;
            weights[size] = weight;
            size++;
            while (size > 1 && means[size - 2] >= means[size - 1]) {
                merge();
            }
        }

        private void merge() {
            size--;
            double weight = weights[size - 1] + weights[size];
            means[size - 1] =
                    (means[size - 1] * weights[size - 1] + means[size] * weights[size]) / weight;
            weights[size - 1] = weight;
            highs[size - 1] = highs[size];
        }

        Calibration line() {
            double[] scores = new double[2 * size];
            double[] probabilities = new double[2 * size];
            int points = 0;
            for (int i = 0; i < size; i++) {
                scores[points] = lows[i];
                probabilities[points++] = means[i];
                if (highs[i] > lows[i]) {
                    scores[points] = highs[i];
                    probabilities[points++] = means[i];
                }
            }
            return new Calibration(
                    Arrays.copyOf(scores, points), Arrays.copyOf(probabilities, points));
        }
    }
}
