package io.millrace.monitor;

import static io.millrace.monitor.QualityCells.BINS;
import static io.millrace.monitor.QualityCells.cell;

import io.millrace.monitor.QualityCells.Binned;
import java.util.Arrays;

/**
 * A {@link Calibration} from counts: each bin of scores stands for its middle.
 *
 * <p>So a score's place in the calibration is off by at most half a bin.
 */
final class CalibrationBins {

    private CalibrationBins() {}

    /**
     * @param tally of rows that have labels, at least one
     */
    static Calibration fit(Tally tally) {
        double[] scores = new double[BINS];
        double[] truths = new double[BINS];
        double[] weights = new double[BINS];
        int filled = 0;
        for (int bin = 0; bin < BINS; bin++) {
            long labelled = tally.count(cell(bin, Binned.LABELLED));
            if (labelled > 0) {
                scores[filled] = (bin + 0.5) / BINS;
                truths[filled] = (double) tally.count(cell(bin, Binned.POSITIVES)) / labelled;
                weights[filled] = labelled;
                filled++;
            }
        }
        return Calibration.fit(
                Arrays.copyOf(scores, filled),
                Arrays.copyOf(truths, filled),
                Arrays.copyOf(weights, filled));
    }
}
