package io.millrace.monitor;

import io.millrace.monitor.Outcome.Truth;

/**
 * Which cell of a {@link Tally} counts what, and how an {@link Outcome} is counted.
 *
 * <p>Scores lie in {@value #BINS} bins of equal width between 0 and 1. Sums of probabilities and
 * losses are whole multiples of 2<sup>-{@value #FRACTION_BITS}</sup>, each row rounded, so that
 * they too add up exactly: a mean is off by at most 2<sup>-29</sup>, and 2<sup>35</sup> rows fit.
 */
final class QualityCells {
    static final int BINS = 1000;
    static final int TENTHS = 10;
    static final int FRACTION_BITS = 28;

    /** A score is taken to be at least this far from 0 and 1 where its logarithm is. */
    static final double CERTAINTY = 1e-15;

    static final int ROWS = 0;
    static final int DECIDED = 1;
    static final int TRUE_POSITIVES = 2;
    static final int FALSE_POSITIVES = 3;
    static final int TRUE_NEGATIVES = 4;
    static final int FALSE_NEGATIVES = 5;

    /** The sum of calibrated probabilities of what was decided, and of what was not. */
    static final int CHANCE_DECIDED = 6;

    static final int CHANCE_OTHER = 7;

    /** The same, of the rows that have a label. */
    static final int LABELLED_CHANCE_DECIDED = 8;

    static final int LABELLED_CHANCE_OTHER = 9;
    static final int LOG_LOSS = 10;
    static final int SQUARED_ERROR = 11;

    /** Labelled rows whose score is no probability. */
    static final int OUTSIDE = 12;

    static final int LABELS_BEFORE = 13;
    static final int LABELS_LATE = 14;
    static final int LABELS_SUPERSEDED = 15;

    /** Rows with a calibrated probability. */
    static final int CALIBRATED = 16;

    /** The sum of labelled scores in each tenth. */
    static final int SCORES = 17;

    /** How many labels came after how long. */
    static final int DELAYS = SCORES + TENTHS;

    /** What the bins count, bin by bin. */
    private static final int BINNED = DELAYS + Delays.BUCKETS;

    private static final int FIELDS = 5;

    /** What is counted of the scores of a bin. */
    enum Binned {
        ROWS(0),
        LABELLED(1),
        POSITIVES(2),
        CHANCE(3),
        LABELLED_CHANCE(4);

        private final int place;

        Binned(int place) {
            this.place = place;
        }
    }

    private static final double UNIT = 1L << FRACTION_BITS;

    private QualityCells() {}

    static int bin(double score) {
        return (int) Math.max(0, Math.min(BINS - 1, Math.floor(score * BINS)));
    }

    static int cell(int bin, Binned field) {
        return BINNED + bin * FIELDS + field.place;
    }

    /** A sum of probabilities or losses. */
    static double sum(long count) {
        return count / UNIT;
    }

    private static long fixed(double value) {
        return Math.round(value * UNIT);
    }

    static void count(Outcome outcome, Tally tally) {
        int weight = outcome.weight();
        boolean isLabelled = outcome.truth() != Truth.UNKNOWN;
        int bin = bin(outcome.score());
        tally.add(ROWS, weight);
        tally.add(cell(bin, Binned.ROWS), weight);
        tally.add(LABELS_BEFORE, (long) weight * outcome.labelsBefore());
        tally.add(LABELS_LATE, (long) weight * outcome.labelsLate());
        tally.add(LABELS_SUPERSEDED, (long) weight * outcome.labelsSuperseded());
        if (outcome.isDecided()) {
            tally.add(DECIDED, weight);
        }
        if (!Double.isNaN(outcome.chance())) {
            long chance = weight * fixed(outcome.chance());
            tally.add(CALIBRATED, weight);
            tally.add(outcome.isDecided() ? CHANCE_DECIDED : CHANCE_OTHER, chance);
            tally.add(cell(bin, Binned.CHANCE), chance);
            if (isLabelled) {
                tally.add(
                        outcome.isDecided() ? LABELLED_CHANCE_DECIDED : LABELLED_CHANCE_OTHER,
                        chance);
                tally.add(cell(bin, Binned.LABELLED_CHANCE), chance);
            }
        }
        if (isLabelled) {
            countLabelled(outcome, bin, tally);
        }
    }

    private static void countLabelled(Outcome outcome, int bin, Tally tally) {
        int weight = outcome.weight();
        boolean isPositive = outcome.truth() == Truth.POSITIVE;
        tally.add(confusion(outcome.isDecided(), isPositive), weight);
        tally.add(cell(bin, Binned.LABELLED), weight);
        if (isPositive) {
            tally.add(cell(bin, Binned.POSITIVES), weight);
        }
        tally.add(DELAYS + Delays.bucket(outcome.delayMillis()), weight);
        double score = outcome.score();
        if (score < 0 || score > 1) {
            tally.add(OUTSIDE, weight);
            return;
        }
        double off = isPositive ? 1 - score : score;
        double sure = Math.max(CERTAINTY, Math.min(1 - CERTAINTY, isPositive ? score : 1 - score));
        tally.add(SCORES + bin * TENTHS / BINS, weight * fixed(score));
        tally.add(SQUARED_ERROR, weight * fixed(off * off));
        // The same on every machine, unlike Math.log.
        tally.add(LOG_LOSS, weight * fixed(-StrictMath.log(sure)));
    }

    private static int confusion(boolean isDecided, boolean isPositive) {
        if (isDecided) {
            return isPositive ? TRUE_POSITIVES : FALSE_POSITIVES;
        }
        return isPositive ? FALSE_NEGATIVES : TRUE_NEGATIVES;
    }
}
