package io.millrace.jobs.simulator;

/**
 * The truth about one transaction, as it becomes known later.
 *
 * @param transactionId the transaction that it is about
 * @param eventTimeMillis when it becomes known, epoch milliseconds
 */
public record SimulatedLabel(
        long transactionId, long eventTimeMillis, long customerId, long terminalId, boolean fraud)
        implements SimulatedRecord {}
