package io.millrace.jobs.simulator;

import java.util.Arrays;

/**
 * The customers and terminals of a simulation, on a square of side 1. A customer uses the terminals
 * within reach, and always at least the nearest.
 */
final class Population {
    private final double[] meanAmountCents;
    private final double[] expOfMinusRate;
    private final int[][] reachable;

    Population(SimulatorConfig config, Chance chance) {
        meanAmountCents = new double[config.customers()];
        expOfMinusRate = new double[config.customers()];
        reachable = new int[config.customers()][];
        var plane = new TerminalPlane(config.terminals(), config.terminalsInReach(), chance);
        for (int customer = 0; customer < config.customers(); customer++) {
            reachable[customer] = plane.around(chance.uniform(0, 1), chance.uniform(0, 1));
            meanAmountCents[customer] = chance.uniform(500, 10_000);
            expOfMinusRate[customer] = StrictMath.exp(-chance.uniform(0, 4));
        }
    }

    int customers() {
        return reachable.length;
    }

    int transactionsToday(int customer, Chance chance) {
        return chance.poisson(expOfMinusRate[customer]);
    }

    int terminal(int customer, Chance chance) {
        var terminals = reachable[customer];
        return terminals[chance.below(terminals.length)];
    }

    /** In cents, at least 1. */
    long amount(int customer, Chance chance) {
        double mean = meanAmountCents[customer];
        double amount = chance.gaussian(mean, mean / 2);
        if (amount < 0) {
            amount = chance.uniform(0, 2 * mean);
        }
        return Math.max(1, Math.round(amount));
    }

    /** Terminals at random places, in square cells as wide as the reach. */
    private static final class TerminalPlane {
        private final double reach;
        private final int cellsPerSide;
        private final double[] x;
        private final double[] y;
        // Terminals sorted by cell; those of cell c are firstOfCell[c] to firstOfCell[c + 1].
        private final int[] byCell;
        private final int[] firstOfCell;

        TerminalPlane(int terminals, int inReach, Chance chance) {
            reach = Math.sqrt(inReach / (Math.PI * terminals));
            cellsPerSide = Math.max(1, (int) (1 / reach));
            x = new double[terminals];
            y = new double[terminals];
            byCell = new int[terminals];
            firstOfCell = new int[cellsPerSide * cellsPerSide + 1];
            for (int terminal = 0; terminal < terminals; terminal++) {
                x[terminal] = chance.uniform(0, 1);
                y[terminal] = chance.uniform(0, 1);
                firstOfCell[cellOf(terminal) + 1]++;
            }
            Arrays.parallelPrefix(firstOfCell, Integer::sum);
            var next = firstOfCell.clone();
            for (int terminal = 0; terminal < terminals; terminal++) {
                byCell[next[cellOf(terminal)]++] = terminal;
            }
        }

        int[] around(double atX, double atY) {
            var found = new int[16];
            int count = 0;
            int column = cell(atX);
            int row = cell(atY);
            for (int r = Math.max(0, row - 1); r <= Math.min(cellsPerSide - 1, row + 1); r++) {
                int from = firstOfCell[r * cellsPerSide + Math.max(0, column - 1)];
                int to = firstOfCell[r * cellsPerSide + Math.min(cellsPerSide - 1, column + 1) + 1];
                for (int i = from; i < to; i++) {
                    if (squaredDistance(byCell[i], atX, atY) <= reach * reach) {
                        if (count == found.length) {
                            found = Arrays.copyOf(found, 2 * count);
                        }
                        found[count++] = byCell[i];
                    }
                }
            }
            return count == 0 ? new int[] {nearest(atX, atY)} : Arrays.copyOf(found, count);
        }

        private int nearest(double atX, double atY) {
            int nearest = 0;
            for (int terminal = 1; terminal < x.length; terminal++) {
                if (squaredDistance(terminal, atX, atY) < squaredDistance(nearest, atX, atY)) {
                    nearest = terminal;
                }
            }
            return nearest;
        }

        private double squaredDistance(int terminal, double atX, double atY) {
            double dx = x[terminal] - atX;
            double dy = y[terminal] - atY;
            return dx * dx + dy * dy;
        }

        private int cellOf(int terminal) {
            return cell(y[terminal]) * cellsPerSide + cell(x[terminal]);
        }

        private int cell(double coordinate) {
            return (int) (coordinate * cellsPerSide);
        }
    }
}
