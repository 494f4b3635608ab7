package io.millrace.jobs.simulator;

import java.util.Arrays;

/** The transactions of one day, in the order of their times; the arrays are used again each day. */
final class SimulatedDay {
    // A transaction's second and its position in the other arrays, so that sorting these longs
    // sorts the day; those of one second stay in the order of their making.
    private long[] order = new long[1024];
    private int[] customers = new int[1024];
    private int[] terminals = new int[1024];
    private long[] amountsCents = new long[1024];
    private Scenario[] scenarios = new Scenario[1024];
    private int size;

    void clear() {
        size = 0;
    }

    void add(int second, int customer, int terminal, long amountCents, Scenario scenario) {
        if (size == order.length) {
            grow(2 * size);
        }
        order[size] = (long) second << Integer.SIZE | size;
        customers[size] = customer;
        terminals[size] = terminal;
        amountsCents[size] = amountCents;
        scenarios[size] = scenario;
        size++;
    }

    void sort() {
        Arrays.sort(order, 0, size);
    }

    int size() {
        return size;
    }

    /** The day's transaction number {@code n} in the order of time, once sorted. */
    SimulatedTransaction get(int n, long id, long dayMillis) {
        int at = (int) order[n];
        long second = order[n] >>> Integer.SIZE;
        return new SimulatedTransaction(
                id,
                dayMillis + second * 1_000,
                customers[at],
                terminals[at],
                amountsCents[at],
                scenarios[at]);
    }

    private void grow(int capacity) {
        order = Arrays.copyOf(order, capacity);
        customers = Arrays.copyOf(customers, capacity);
        terminals = Arrays.copyOf(terminals, capacity);
        amountsCents = Arrays.copyOf(amountsCents, capacity);
        scenarios = Arrays.copyOf(scenarios, capacity);
    }
}
