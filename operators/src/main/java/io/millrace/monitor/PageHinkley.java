package io.millrace.monitor;

/**
 * The Page-Hinkley test: whether the sum of deviations from the running mean has left its extreme
 * by more than a threshold (E. S. Page, Continuous Inspection Schemes, Biometrika 41, 1954).
 *
 * <p>Settings are in the unit of the numbers, so these are best standardised by a reference.
 */
final class PageHinkley implements Detector {
    private static final int MIN_ROWS = 30;

    /** What a deviation weighs after one more row. */
    private static final double FADING = 0.9999;

    /** Which changes of the mean it looks for. */
    enum Side {
        BOTH,
        UP,
        DOWN,
        /** Up, by a sum that never falls below 0, as in Page's own test. */
        UP_FROM_ZERO
    }

    /**
     * @param delta a deviation this small is none
     * @param lambda the threshold
     */
    record Settings(double delta, double lambda, Side side) {
        static final Settings DEFAULT = new Settings(0.005, 50, Side.BOTH);
    }

    private final Settings settings;
    private final RunningMean mean = new RunningMean();
    private double up;
    private double down;
    private double lowest;
    private double highest;
    private boolean isAlarmed;

    PageHinkley(Settings settings) {
        this.settings = settings;
        clear();
    }

    private void clear() {
        mean.clear();
        up = 0;
        down = 0;
        lowest = Double.POSITIVE_INFINITY;
        highest = -1;
        isAlarmed = false;
    }

    @Override
    public Level update(double value) {
        if (isAlarmed) {
            clear();
        }
        mean.add(value);
        double deviation = value - mean.mean();
        up = FADING * up + deviation - settings.delta;
        down = FADING * down + deviation + settings.delta;
        if (settings.side == Side.UP_FROM_ZERO) {
            up = Math.max(0, up);
        }
        lowest = Math.min(lowest, up);
        highest = Math.max(highest, down);
        isAlarmed = mean.count() >= MIN_ROWS && isPast();
        return isAlarmed ? Level.ALARM : Level.STABLE;
    }

    private boolean isPast() {
        boolean isUp = up - lowest > settings.lambda;
        boolean isDown = highest - down > settings.lambda;
        return switch (settings.side) {
            case BOTH -> isUp || isDown;
            case UP -> isUp;
            case DOWN -> isDown;
            case UP_FROM_ZERO -> up >= settings.lambda;
        };
    }

    @Override
    public double[] memory() {
        double[] memory = {0, 0, up, down, lowest, highest, isAlarmed ? 1 : 0};
        mean.write(memory, 0);
        return memory;
    }

    @Override
    public void recall(double[] memory) {
        mean.read(memory, 0);
        up = memory[2];
        down = memory[3];
        lowest = memory[4];
        highest = memory[5];
        isAlarmed = memory[6] == 1;
    }
}
