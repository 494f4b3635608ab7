package io.millrace.monitor;

import io.millrace.record.ModelDecision.Evidence;
import io.millrace.record.ModelDecision.Finding;
import io.millrace.record.QualityReport;
import io.millrace.record.QualityReport.Paired;
import io.millrace.record.QualityReport.PairedLoss;
import io.millrace.spec.GuardSpec;
import java.util.Collection;
import java.util.List;

/**
 * A challenger beside the champion, by the loss of events that both have scored.
 *
 * @param isBetter whether it is, by enough of everything
 * @param isWorse whether it is
 * @param otherDecisions the share of events on which it decides otherwise; NaN of none
 * @param evidence what that goes by
 */
record Judged(boolean isBetter, boolean isWorse, double otherDecisions, Evidence evidence) {

    /** Of pairs: the loss of what was answered, how much less the challenger has, and squares. */
    private record Sums(double answered, double less, double squares) {

        Sums plus(Sums other) {
            return new Sums(answered + other.answered, less + other.less, squares + other.squares);
        }
    }

    /**
     * @param windows the shadow's final windows, by their start
     * @param costs what wrong decisions cost, where that is what is judged by
     */
    static Judged of(GuardSpec rules, Costs costs, Collection<QualityReport> windows) {
        var test = new PairedTest();
        var sums = new Sums(0, 0, 0);
        int looks = 0;
        long rows = 0;
        long others = 0;
        long labelled = 0;
        long start = 0;
        long end = 0;
        for (QualityReport window : windows) {
            Paired paired = window.paired();
            rows += paired.rows();
            others += paired.otherDecisions();
            labelled += paired.labelled();
            sums = sums.plus(sums(rules.by(), costs, paired));
            start = looks == 0 ? window.windowStartMillis() : start;
            end = window.windowEndMillis();
            looks++;
            if (looks >= rules.windows() && labelled >= rules.minLabelled()) {
                test.look(sums.less, sums.squares);
            }
        }
        double improvement = sums.less / sums.answered;
        double p = improvement < 0 ? test.pOfNegative() : test.pOfPositive();
        boolean isSure = p <= rules.alpha() && Math.abs(improvement) >= rules.effect();
        return new Judged(
                isSure && improvement > 0,
                isSure && improvement < 0,
                (double) others / rows,
                new Evidence(
                        start,
                        end,
                        looks,
                        labelled,
                        List.of(
                                new Finding(
                                        word(rules.by()),
                                        (sums.answered - sums.less) * costs.unit() / labelled,
                                        sums.answered * costs.unit() / labelled,
                                        rules.effect(),
                                        labelled,
                                        p,
                                        rules.alpha()),
                                new Finding(
                                        "other_decisions",
                                        (double) others / rows,
                                        Double.NaN,
                                        rules.mostOtherDecisions(),
                                        rows,
                                        Double.NaN,
                                        Double.NaN)),
                        List.of()));
    }

    private static String word(GuardSpec.Loss loss) {
        return switch (loss) {
            case COST -> "cost";
            case ERRORS -> "errors";
            case LOG_LOSS -> "log_loss";
            case BRIER -> "brier";
        };
    }

    private static Sums sums(GuardSpec.Loss by, Costs costs, Paired paired) {
        return switch (by) {
            case COST, ERRORS -> ofDecisions(costs, paired);
            case LOG_LOSS -> of(paired.logLoss());
            case BRIER -> of(paired.squaredError());
        };
    }

    private static Sums of(PairedLoss loss) {
        return new Sums(loss.answered(), loss.less(), loss.lessSquares());
    }

    private static Sums ofDecisions(Costs costs, Paired paired) {
        double positive = costs.falsePositive() / costs.unit();
        double negative = costs.falseNegative() / costs.unit();
        return new Sums(
                positive * paired.answeredFalsePositives()
                        + negative * paired.answeredFalseNegatives(),
                positive * (paired.fewerFalsePositives() - paired.moreFalsePositives())
                        + negative * (paired.fewerFalseNegatives() - paired.moreFalseNegatives()),
                positive * positive * (paired.fewerFalsePositives() + paired.moreFalsePositives())
                        + negative
                                * negative
                                * (paired.fewerFalseNegatives() + paired.moreFalseNegatives()));
    }

    /**
     * What wrong decisions cost.
     *
     * @param falsePositive to decide what is not so
     * @param falseNegative not to decide what is so
     */
    record Costs(double falsePositive, double falseNegative) {
        static final Costs ALIKE = new Costs(1, 1);

        /** The dearer of both, which counts as 1 where differences are tested. */
        double unit() {
            return Math.max(falsePositive, falseNegative);
        }
    }
}
