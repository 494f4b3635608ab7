package io.millrace.jobs.simulator;

/**
 * One card transaction, and the truth about it.
 *
 * @param id counts from 0 in event-time order
 * @param eventTimeMillis epoch milliseconds
 * @param amountCents at least 1
 */
public record SimulatedTransaction(
        long id,
        long eventTimeMillis,
        long customerId,
        long terminalId,
        long amountCents,
        Scenario scenario)
        implements SimulatedRecord {

    public boolean fraud() {
        return scenario.isFraud();
    }

    /** What becomes known of this transaction once the delay has passed. */
    SimulatedLabel label(long delayMillis) {
        return new SimulatedLabel(
                id, eventTimeMillis + delayMillis, customerId, terminalId, fraud());
    }
}
