package io.millrace.jobs.simulator;

/** What a simulation emits, in the order of its event times. */
public sealed interface SimulatedRecord permits SimulatedTransaction, SimulatedLabel {

    /** When it happened or became known, epoch milliseconds. */
    long eventTimeMillis();

    long customerId();
}
