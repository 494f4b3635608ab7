package io.millrace.jobs.simulator;

/** Which terminals and customers fraudsters have in hand, day by day. */
final class Compromises {
    private static final int TERMINAL_DAYS = 28;
    private static final int CUSTOMER_DAYS = 14;

    private final double terminalsPerDay;
    private final double customersPerDay;
    // The first day on which it is safe again.
    private final int[] terminalSafeFrom;
    private final int[] customerSafeFrom;

    Compromises(SimulatorConfig config) {
        terminalsPerDay = config.terminalsCompromisedPerDay();
        customersPerDay = config.customersCompromisedPerDay();
        terminalSafeFrom = new int[config.terminals()];
        customerSafeFrom = new int[config.customers()];
    }

    /** Begins a day; days must follow one another from 0. */
    void begin(int day, Chance chance) {
        for (int left = chance.about(terminalsPerDay); left > 0; left--) {
            terminalSafeFrom[chance.below(terminalSafeFrom.length)] = day + TERMINAL_DAYS;
        }
        for (int left = chance.about(customersPerDay); left > 0; left--) {
            customerSafeFrom[chance.below(customerSafeFrom.length)] = day + CUSTOMER_DAYS;
        }
    }

    boolean ofTerminal(int terminal, int day) {
        return day < terminalSafeFrom[terminal];
    }

    boolean ofCustomer(int customer, int day) {
        return day < customerSafeFrom[customer];
    }
}
