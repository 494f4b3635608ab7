package io.millrace.jobs.demo;

import io.millrace.jobs.simulator.Scenario;
import io.millrace.jobs.simulator.SimulatedTransaction;
import java.util.Arrays;

/**
 * What the simulation knows of its transactions, beside what the pipeline said of them.
 *
 * <p>A transaction counts as caught, missed, or a false alert once both its score and its label are
 * out. Safe for several threads.
 */
final class Verdicts {
    private final Scenario[] scenarios;
    private final int[] terminals;
    private final boolean[] labelled;
    private final boolean[] alerts;
    private final double[] scores;

    private long caught;
    private long missed;
    private long falseAlerts;

    /**
     * @param transactions how many; their ids count from 0
     */
    Verdicts(int transactions) {
        scenarios = new Scenario[transactions];
        terminals = new int[transactions];
        labelled = new boolean[transactions];
        alerts = new boolean[transactions];
        scores = new double[transactions];
        Arrays.fill(scores, Double.NaN);
    }

    synchronized void happened(SimulatedTransaction transaction) {
        int id = (int) transaction.id();
        scenarios[id] = transaction.scenario();
        terminals[id] = (int) transaction.terminalId();
    }

    synchronized void labelled(long transactionId) {
        int id = (int) transactionId;
        labelled[id] = true;
        count(id);
    }

    synchronized void scored(int id, double score, boolean alert) {
        scores[id] = score;
        alerts[id] = alert;
        count(id);
    }

    /** Whether the id is one of the simulation's own, and not of a bad row. */
    boolean knows(long transactionId) {
        return transactionId >= 0 && transactionId < scenarios.length;
    }

    synchronized Scenario scenario(int id) {
        return scenarios[id];
    }

    synchronized int terminal(int id) {
        return terminals[id];
    }

    /** Labelled frauds that were decided to be looked at. */
    synchronized long caught() {
        return caught;
    }

    /** Labelled frauds that were let through. */
    synchronized long missed() {
        return missed;
    }

    /** Labelled genuine transactions that were decided to be looked at. */
    synchronized long falseAlerts() {
        return falseAlerts;
    }

    /** How well all scores that have a label rank. */
    synchronized RankingQuality quality() {
        double[] labelledScores = new double[scores.length];
        boolean[] fraud = new boolean[scores.length];
        int size = 0;
        for (int id = 0; id < scores.length; id++) {
            if (labelled[id] && !Double.isNaN(scores[id])) {
                labelledScores[size] = scores[id];
                fraud[size] = scenarios[id].isFraud();
                size++;
            }
        }
        return RankingQuality.of(Arrays.copyOf(labelledScores, size), Arrays.copyOf(fraud, size));
    }

    private void count(int id) {
        if (!labelled[id] || Double.isNaN(scores[id])) {
            return;
        }
        if (scenarios[id].isFraud()) {
            caught += alerts[id] ? 1 : 0;
            missed += alerts[id] ? 0 : 1;
        } else {
            falseAlerts += alerts[id] ? 1 : 0;
        }
    }
}
