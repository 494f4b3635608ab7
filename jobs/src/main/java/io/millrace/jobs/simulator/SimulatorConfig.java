package io.millrace.jobs.simulator;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What is simulated. Equal configs give equal records.
 *
 * @param seed which of all possible histories
 * @param startMillis the first midnight (UTC), epoch milliseconds
 * @param days how many days follow
 * @param customers how many customers there are; each makes 0 to 4 transactions a day
 * @param terminals how many terminals there are
 * @param terminalsInReach how many terminals the average customer uses
 * @param terminalsCompromisedPerDay how many, on average, each for 28 days
 * @param customersCompromisedPerDay how many, on average, each for 14 days
 * @param transactionsMax where to stop, should the days make more
 */
public record SimulatorConfig(
        long seed,
        long startMillis,
        int days,
        int customers,
        int terminals,
        int terminalsInReach,
        double terminalsCompromisedPerDay,
        double customersCompromisedPerDay,
        long transactionsMax) {

    /** Where the simulated time begins when nothing else is said. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static final long MILLIS_PER_DAY = 86_400_000;

    // The handbook's proportions: 5,000 customers, 10,000 terminals of which a customer reaches
    // those within 5 of 100, 2 terminals and 3 customers newly compromised a day.
    private static final int TERMINALS_PER_CUSTOMER = 2;
    private static final int TERMINALS_IN_REACH = 78;
    private static final double COMPROMISED_SHARE_OF_TERMINALS = 2.0 / 10_000;
    private static final double COMPROMISED_SHARE_OF_CUSTOMERS = 3.0 / 5_000;

    // A customer makes 2 a day on average, and 3 % of them fall out of the day.
    private static final double TRANSACTIONS_PER_CUSTOMER_AND_DAY = 1.94;
    // A few customers may all be slow ones.
    private static final int DAYS_FACTOR = 10;

    public SimulatorConfig {
        require(startMillis % MILLIS_PER_DAY == 0, "startMillis", startMillis, "a midnight");
        require(days >= 1, "days", days, "positive");
        require(customers >= 1, "customers", customers, "positive");
        require(terminals >= 1, "terminals", terminals, "positive");
        require(
                terminalsInReach >= 1 && terminalsInReach <= terminals,
                "terminalsInReach",
                terminalsInReach,
                "between 1 and the number of terminals");
        require(
                terminalsCompromisedPerDay >= 0 && terminalsCompromisedPerDay <= terminals,
                "terminalsCompromisedPerDay",
                terminalsCompromisedPerDay,
                "between 0 and the number of terminals");
        require(
                customersCompromisedPerDay >= 0 && customersCompromisedPerDay <= customers,
                "customersCompromisedPerDay",
                customersCompromisedPerDay,
                "between 0 and the number of customers");
        require(transactionsMax >= 0, "transactionsMax", transactionsMax, "0 or more");
    }

    /** So many customers with the handbook's proportions, from {@link #START}. */
    public static SimulatorConfig ofCustomers(long seed, int days, int customers) {
        int terminals = Math.multiplyExact(customers, TERMINALS_PER_CUSTOMER);
        return new SimulatorConfig(
                seed,
                START.truncatedTo(ChronoUnit.DAYS).toEpochMilli(),
                days,
                customers,
                terminals,
                Math.min(TERMINALS_IN_REACH, terminals),
                terminals * COMPROMISED_SHARE_OF_TERMINALS,
                customers * COMPROMISED_SHARE_OF_CUSTOMERS,
                Long.MAX_VALUE);
    }

    /**
     * Exactly so many transactions from {@link #START}, by as many customers as make them in about
     * so many days.
     */
    public static SimulatorConfig ofTransactions(long seed, int days, long transactions) {
        double customers = transactions / (TRANSACTIONS_PER_CUSTOMER_AND_DAY * days);
        return ofCustomers(
                        seed,
                        Math.multiplyExact(days, DAYS_FACTOR),
                        Math.toIntExact((long) customers + 1))
                .stoppingAfter(transactions);
    }

    public SimulatorConfig stoppingAfter(long transactions) {
        return new SimulatorConfig(
                seed,
                startMillis,
                days,
                customers,
                terminals,
                terminalsInReach,
                terminalsCompromisedPerDay,
                customersCompromisedPerDay,
                transactions);
    }

    private static void require(boolean holds, String name, Object value, String must) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "%s is %s; it must be %s".formatted(name, value, must));
        }
    }
}
