package io.millrace.monitor;

/** Counts scores as far as their labels are known. */
final class OutcomePartialOperator extends QualityPartialOperator<Outcome> {
    private static final long serialVersionUID = 1L;

    OutcomePartialOperator(QualityPlan plan) {
        super(plan);
    }

    @Override
    void count(Outcome outcome, QualityTallies counted) {
        QualityCells.count(
                outcome,
                counted.of(
                        outcome.eventTimeMillis(),
                        outcome.modelName(),
                        outcome.modelVersion(),
                        outcome.route(),
                        outcome.segment()));
    }
}
