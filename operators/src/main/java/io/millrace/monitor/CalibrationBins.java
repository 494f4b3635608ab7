package io.millrace.monitor;

import static io.millrace.monitor.QualityCells.BINS;

import java.util.Arrays;

/**
 * Counts labelled scores for a {@link Calibration} in the bins of {@link QualityCells}, each of
 * which stands for its middle: so a score's place in the calibration is off by at most half a bin.
 */
final class CalibrationBins {
    private final long[] rows = new long[BINS];
    private final long[] positives = new long[BINS];

    void add(double score, boolean isPositive) {
        int bin = QualityCells.bin(score);
        rows[bin]++;
        if (isPositive) {
            positives[bin]++;
        }
    }

    /** The calibration of the scores so far; there must be at least one. */
    Calibration fit() {
        double[] scores = new double[BINS];
        double[] truths = new double[BINS];
        double[] weights = new double[BINS];
        int filled = 0;
        for (int bin = 0; bin < BINS; bin++) {
            if (rows[bin] > 0) {
                scores[filled] = (bin + 0.5) / BINS;
                truths[filled] = (double) positives[bin] / rows[bin];
                weights[filled] = rows[bin];
                filled++;
            }
        }
        return Calibration.fit(
                Arrays.copyOf(scores, filled),
                Arrays.copyOf(truths, filled),
                Arrays.copyOf(weights, filled));
    }
}
