package io.millrace.monitor;

/**
 * DDM: whether the share of errors has risen beyond its minimum by more than chance (J. Gama and
 * others, Learning with Drift Detection, SBIA 2004). Numbers are 1 for an error and 0 for none.
 */
final class Ddm implements Detector {
    private static final int WARM_ROWS = 30;
    private static final double WARNING = 2;
    private static final double ALARM = 3;

    private final RunningMean errors = new RunningMean();
    private double leastShare;
    private double leastDeviation;
    private boolean isAlarmed;

    Ddm() {
        clear();
    }

    private void clear() {
        errors.clear();
        leastShare = Double.POSITIVE_INFINITY;
        leastDeviation = Double.POSITIVE_INFINITY;
        isAlarmed = false;
    }

    @Override
    public Level update(double value) {
        if (isAlarmed) {
            clear();
        }
        errors.add(value);
        if (errors.count() <= WARM_ROWS) {
            return Level.STABLE;
        }
        double share = errors.mean();
        double deviation = Math.sqrt(share * (1 - share) / errors.count());
        if (share + deviation <= leastShare + leastDeviation) {
            leastShare = share;
            leastDeviation = deviation;
        }
        isAlarmed = share + deviation > leastShare + ALARM * leastDeviation;
        if (isAlarmed) {
            return Level.ALARM;
        }
        boolean isWarning = share + deviation > leastShare + WARNING * leastDeviation;
        return isWarning ? Level.WARNING : Level.STABLE;
    }

    @Override
    public double[] memory() {
        double[] memory = {0, 0, leastShare, leastDeviation, isAlarmed ? 1 : 0};
        errors.write(memory, 0);
        return memory;
    }

    @Override
    public void recall(double[] memory) {
        errors.read(memory, 0);
        leastShare = memory[2];
        leastDeviation = memory[3];
        isAlarmed = memory[4] == 1;
    }
}
