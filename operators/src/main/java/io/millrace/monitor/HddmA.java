package io.millrace.monitor;

/**
 * HDDM with averages: whether the mean since some cut differs from the mean before it by more than
 * Hoeffding's bound (I. Frías-Blanco and others, Online and Non-Parametric Drift Detection Methods
 * Based on Hoeffding's Bounds, 2015). Numbers lie between 0 and 1.
 *
 * <p>The cut is where the mean plus its bound was lowest; for falls, where the mean minus its bound
 * was highest.
 */
final class HddmA implements Detector {
    private static final double ALARM = 0.001;
    private static final double WARNING = 0.005;

    private final boolean isTwoSided;
    private final RunningMean all = new RunningMean();
    private final RunningMean beforeRise = new RunningMean();
    private final RunningMean beforeFall = new RunningMean();
    private boolean isAlarmed;

    /**
     * @param isTwoSided whether a fall is a change too
     */
    HddmA(boolean isTwoSided) {
        this.isTwoSided = isTwoSided;
    }

    @Override
    public Level update(double value) {
        if (isAlarmed) {
            all.clear();
            beforeRise.clear();
            beforeFall.clear();
        }
        all.add(value);
        double bound = bound(all.count());
        if (beforeRise.count() == 0
                || beforeRise.mean() + bound(beforeRise.count()) >= all.mean() + bound) {
            beforeRise.set(all);
        }
        if (beforeFall.count() == 0
                || beforeFall.mean() - bound(beforeFall.count()) <= all.mean() - bound) {
            beforeFall.set(all);
        }
        isAlarmed = hasChanged(ALARM);
        if (isAlarmed) {
            return Level.ALARM;
        }
        return hasChanged(WARNING) ? Level.WARNING : Level.STABLE;
    }

    private static double bound(long count) {
        return Math.sqrt(1.0 / (2 * count) * Math.log(1 / ALARM));
    }

    private boolean hasChanged(double confidence) {
        return differs(beforeRise, all.mean() - beforeRise.mean(), confidence)
                || (isTwoSided && differs(beforeFall, beforeFall.mean() - all.mean(), confidence));
    }

    private boolean differs(RunningMean before, double difference, double confidence) {
        if (before.count() == all.count()) {
            return false;
        }
        double m = (double) (all.count() - before.count()) / before.count() * (1.0 / all.count());
        return difference >= Math.sqrt(m / 2 * Math.log(2 / confidence));
    }

    @Override
    public double[] memory() {
        double[] memory = new double[3 * RunningMean.LENGTH + 1];
        all.write(memory, 0);
        beforeRise.write(memory, 2);
        beforeFall.write(memory, 4);
        memory[6] = isAlarmed ? 1 : 0;
        return memory;
    }

    @Override
    public void recall(double[] memory) {
        all.read(memory, 0);
        beforeRise.read(memory, 2);
        beforeFall.read(memory, 4);
        isAlarmed = memory[6] == 1;
    }
}
