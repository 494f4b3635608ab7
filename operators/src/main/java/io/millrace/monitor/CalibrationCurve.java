package io.millrace.monitor;

/** A {@link Calibration} that is asked for each row. */
final class CalibrationCurve {
    private final double[] scores;
    private final double[] probabilities;
    private final BinSearch bins;

    CalibrationCurve(Calibration calibration) {
        scores = calibration.scores();
        probabilities = calibration.probabilities();
        bins = new BinSearch(scores);
    }

    /** How likely a score, which is finite, is to be right. */
    double probability(double score) {
        int above = bins.of(score);
        if (above == scores.length) {
            return probabilities[above - 1];
        }
        if (above == 0 || scores[above] == score) {
            return probabilities[above];
        }
        double share = (score - scores[above - 1]) / (scores[above] - scores[above - 1]);
        return probabilities[above - 1] + share * (probabilities[above] - probabilities[above - 1]);
    }
}
