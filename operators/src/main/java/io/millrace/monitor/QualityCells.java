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

    /** Shadows that are compared with what was answered, and those that decide otherwise. */
    static final int PAIRED = 17;

    static final int OTHER_DECISIONS = 18;

    /** Those of them that have a label, and the wrong decisions of what was answered. */
    static final int PAIRED_LABELLED = 19;

    static final int ANSWERED_FALSE_POSITIVES = 20;
    static final int ANSWERED_FALSE_NEGATIVES = 21;

    /** Wrong decisions of one of both alone: fewer of the shadow, or more. */
    static final int FEWER_FALSE_POSITIVES = 22;

    static final int MORE_FALSE_POSITIVES = 23;
    static final int FEWER_FALSE_NEGATIVES = 24;
    static final int MORE_FALSE_NEGATIVES = 25;

    /** Labelled pairs of which one score is no probability. */
    static final int PAIRED_OUTSIDE = 26;

    /** Of what was answered its loss, how much less the shadow has, and the squares of that. */
    static final int ANSWERED_LOG_LOSS = 27;

    static final int LESS_LOG_LOSS = 28;
    static final int LESS_LOG_LOSS_SQUARES = 29;
    static final int ANSWERED_SQUARED_ERROR = 30;
    static final int LESS_SQUARED_ERROR = 31;
    static final int LESS_SQUARED_ERROR_SQUARES = 32;

    /** The sum of labelled scores in each tenth. */
    static final int SCORES = 33;

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

    /** Rounded up: a variance that is taken to be smaller than it is would prove too much. */
    private static long fixedSquare(double value) {
        return (long) Math.ceil(value * value * UNIT);
    }

    static void count(Outcome outcome, Tally tally) {
        int weight = outcome.weight();
        boolean isLabelled = outcome.truth() != Truth.UNKNOWN;
        countScore(weight, outcome.score(), outcome.chance(), outcome.isDecided(), tally);
        tally.add(LABELS_BEFORE, (long) weight * outcome.labelsBefore());
        tally.add(LABELS_LATE, (long) weight * outcome.labelsLate());
        tally.add(LABELS_SUPERSEDED, (long) weight * outcome.labelsSuperseded());
        if (isLabelled) {
            countLabelled(outcome, tally);
        }
        if (!Double.isNaN(outcome.answeredScore())) {
            countPaired(outcome, isLabelled, tally);
        }
    }

    /** As {@link #count}, of a score of which nothing more is known. */
    static void countScore(
            int weight, double score, double chance, boolean isDecided, Tally tally) {
        int bin = bin(score);
        tally.add(ROWS, weight);
        tally.add(cell(bin, Binned.ROWS), weight);
        if (isDecided) {
            tally.add(DECIDED, weight);
        }
        if (!Double.isNaN(chance)) {
            long fixed = weight * fixed(chance);
            tally.add(CALIBRATED, weight);
            tally.add(isDecided ? CHANCE_DECIDED : CHANCE_OTHER, fixed);
            tally.add(cell(bin, Binned.CHANCE), fixed);
        }
    }

    private static void countPaired(Outcome outcome, boolean isLabelled, Tally tally) {
        int weight = outcome.weight();
        boolean isPositive = outcome.truth() == Truth.POSITIVE;
        tally.add(PAIRED, weight);
        if (outcome.isDecided() != outcome.isAnsweredDecided()) {
            tally.add(OTHER_DECISIONS, weight);
        }
        if (!isLabelled) {
            return;
        }
        tally.add(PAIRED_LABELLED, weight);
        boolean isWrong = outcome.isDecided() != isPositive;
        boolean isAnswerWrong = outcome.isAnsweredDecided() != isPositive;
        if (isAnswerWrong) {
            tally.add(isPositive ? ANSWERED_FALSE_NEGATIVES : ANSWERED_FALSE_POSITIVES, weight);
        }
        if (isAnswerWrong && !isWrong) {
            tally.add(isPositive ? FEWER_FALSE_NEGATIVES : FEWER_FALSE_POSITIVES, weight);
        } else if (isWrong && !isAnswerWrong) {
            tally.add(isPositive ? MORE_FALSE_NEGATIVES : MORE_FALSE_POSITIVES, weight);
        }
        countLosses(outcome, isPositive, tally);
    }

    private static void countLosses(Outcome outcome, boolean isPositive, Tally tally) {
        int weight = outcome.weight();
        if (isNoProbability(outcome.score()) || isNoProbability(outcome.answeredScore())) {
            tally.add(PAIRED_OUTSIDE, weight);
            return;
        }
        double answered = logLoss(outcome.answeredScore(), isPositive);
        double less = answered - logLoss(outcome.score(), isPositive);
        tally.add(ANSWERED_LOG_LOSS, weight * fixed(answered));
        tally.add(LESS_LOG_LOSS, weight * fixed(less));
        tally.add(LESS_LOG_LOSS_SQUARES, weight * fixedSquare(less));
        double answeredError = squaredError(outcome.answeredScore(), isPositive);
        double lessError = answeredError - squaredError(outcome.score(), isPositive);
        tally.add(ANSWERED_SQUARED_ERROR, weight * fixed(answeredError));
        tally.add(LESS_SQUARED_ERROR, weight * fixed(lessError));
        tally.add(LESS_SQUARED_ERROR_SQUARES, weight * fixedSquare(lessError));
    }

    private static boolean isNoProbability(double score) {
        return score < 0 || score > 1;
    }

    private static double squaredError(double score, boolean isPositive) {
        double off = isPositive ? 1 - score : score;
        return off * off;
    }

    private static double logLoss(double score, boolean isPositive) {
        double sure = Math.max(CERTAINTY, Math.min(1 - CERTAINTY, isPositive ? score : 1 - score));
        // The same on every machine, unlike Math.log.
        return -StrictMath.log(sure);
    }

    private static void countLabelled(Outcome outcome, Tally tally) {
        int weight = outcome.weight();
        int bin = bin(outcome.score());
        if (!Double.isNaN(outcome.chance())) {
            long chance = weight * fixed(outcome.chance());
            tally.add(
                    outcome.isDecided() ? LABELLED_CHANCE_DECIDED : LABELLED_CHANCE_OTHER, chance);
            tally.add(cell(bin, Binned.LABELLED_CHANCE), chance);
        }
        boolean isPositive = outcome.truth() == Truth.POSITIVE;
        tally.add(confusion(outcome.isDecided(), isPositive), weight);
        tally.add(cell(bin, Binned.LABELLED), weight);
        if (isPositive) {
            tally.add(cell(bin, Binned.POSITIVES), weight);
        }
        tally.add(DELAYS + Delays.bucket(outcome.delayMillis()), weight);
        double score = outcome.score();
        if (isNoProbability(score)) {
            tally.add(OUTSIDE, weight);
            return;
        }
        tally.add(SCORES + bin * TENTHS / BINS, weight * fixed(score));
        tally.add(SQUARED_ERROR, weight * fixed(squaredError(score, isPositive)));
        tally.add(LOG_LOSS, weight * fixed(logLoss(score, isPositive)));
    }

    private static int confusion(boolean isDecided, boolean isPositive) {
        if (isDecided) {
            return isPositive ? TRUE_POSITIVES : FALSE_POSITIVES;
        }
        return isPositive ? FALSE_NEGATIVES : TRUE_NEGATIVES;
    }
}
