package io.millrace.jobs.simulator;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Emits a simulation's transactions in event-time order, at whole seconds. Holds one day at a time,
 * so that a simulation may be of any length.
 */
public final class TransactionSimulator implements Iterator<SimulatedTransaction> {
    private static final int SECONDS_PER_DAY = 86_400;
    private static final long MILLIS_PER_DAY = 1_000L * SECONDS_PER_DAY;

    // People buy around noon.
    private static final double MEAN_SECOND = SECONDS_PER_DAY / 2.0;
    private static final double SECOND_DEVIATION = 20_000;

    private static final long LIMIT_CENTS = 22_000;
    private static final int FRAUD_FACTOR = 5;
    private static final double FRAUD_SHARE = 1.0 / 3;

    private static final long POPULATION = -1;

    private final SimulatorConfig config;
    private final Population population;
    private final Compromises compromises;
    private final SimulatedDay today = new SimulatedDay();

    private int day = -1;
    private int nextOfDay;
    private long nextId;

    public TransactionSimulator(SimulatorConfig config) {
        this.config = config;
        population = new Population(config, new Chance(config.seed(), POPULATION));
        compromises = new Compromises(config);
    }

    @Override
    public boolean hasNext() {
        if (nextId >= config.transactionsMax()) {
            return false;
        }
        while (nextOfDay == today.size() && day + 1 < config.days()) {
            simulate(++day);
        }
        return nextOfDay < today.size();
    }

    @Override
    public SimulatedTransaction next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return today.get(nextOfDay++, nextId++, config.startMillis() + day * MILLIS_PER_DAY);
    }

    private void simulate(int day) {
        var chance = new Chance(config.seed(), day);
        compromises.begin(day, chance);
        today.clear();
        nextOfDay = 0;
        for (int customer = 0; customer < population.customers(); customer++) {
            for (int left = population.transactionsToday(customer, chance); left > 0; left--) {
                double second = chance.gaussian(MEAN_SECOND, SECOND_DEVIATION);
                if (second >= 0 && second < SECONDS_PER_DAY) {
                    simulate(day, (int) second, customer, chance);
                }
            }
        }
        today.sort();
    }

    private void simulate(int day, int second, int customer, Chance chance) {
        int terminal = population.terminal(customer, chance);
        long amountCents = population.amount(customer, chance);
        var scenario = Scenario.GENUINE;
        if (compromises.ofCustomer(customer, day) && chance.happens(FRAUD_SHARE)) {
            amountCents *= FRAUD_FACTOR;
            scenario = Scenario.CUSTOMER_COMPROMISED;
        } else if (compromises.ofTerminal(terminal, day)) {
            scenario = Scenario.TERMINAL_COMPROMISED;
        } else if (amountCents > LIMIT_CENTS) {
            scenario = Scenario.AMOUNT_OVER_LIMIT;
        }
        today.add(second, customer, terminal, amountCents, scenario);
    }
}
