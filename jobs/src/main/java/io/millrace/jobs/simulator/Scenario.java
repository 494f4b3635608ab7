package io.millrace.jobs.simulator;

/** Why a simulated transaction is a fraud, or that it is none. */
public enum Scenario {
    GENUINE,
    /** The amount is over the limit: the pattern that a rule finds too. */
    AMOUNT_OVER_LIMIT,
    /** The terminal is compromised: every transaction there is a fraud, for weeks. */
    TERMINAL_COMPROMISED,
    /** The customer's card is known to others, who spend several times as much on it. */
    CUSTOMER_COMPROMISED;

    public boolean isFraud() {
        return this != GENUINE;
    }
}
