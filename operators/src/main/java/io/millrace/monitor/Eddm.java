package io.millrace.monitor;

/**
 * EDDM: whether errors have come closer together than they were at their farthest (M. Baena-Garcia
 * and others, Early Drift Detection Method, 2006). Numbers are 1 for an error and 0 for none.
 */
final class Eddm implements Detector {
    private static final int WARM = 30;

    /**
     * The distance between errors, as a share of the farthest, below which it warns and raises the
     * alarm.
     */
    record Settings(double warning, double alarm) {
        static final Settings DEFAULT = new Settings(0.95, 0.9);
    }

    private final Settings settings;
    private final RunningMean distances = new RunningMean();

    /** The sum of squared deviations of the distances from their mean. */
    private double squares;

    private long rows;
    private long lastError;
    private double farthest;
    private boolean isWarning;
    private boolean isAlarmed;

    Eddm(Settings settings) {
        this.settings = settings;
        clear();
    }

    private void clear() {
        distances.clear();
        squares = 0;
        rows = 0;
        lastError = 0;
        farthest = -1;
        isWarning = false;
        isAlarmed = false;
    }

    @Override
    public Level update(double value) {
        if (isAlarmed) {
            clear();
        }
        rows++;
        if (value == 1) {
            long distance = rows - lastError;
            double before = distances.mean();
            distances.add((double) distance);
            squares += (distance - before) * (distance - distances.mean());
            lastError = rows;
            if (rows > WARM) {
                judge();
            }
        }
        if (isAlarmed) {
            return Level.ALARM;
        }
        return isWarning ? Level.WARNING : Level.STABLE;
    }

    private void judge() {
        long errors = distances.count();
        double deviation = errors > 1 ? Math.sqrt(squares / (errors - 1)) : 0;
        double reach = distances.mean() + 2 * deviation;
        if (reach > farthest) {
            farthest = reach;
        } else if (errors > WARM) {
            double share = reach / farthest;
            isAlarmed = share < settings.alarm;
            isWarning = share < settings.warning;
        }
    }

    @Override
    public double[] memory() {
        double[] memory = {
            0, 0, squares, rows, lastError, farthest, isWarning ? 1 : 0, isAlarmed ? 1 : 0
        };
        distances.write(memory, 0);
        return memory;
    }

    @Override
    public void recall(double[] memory) {
        distances.read(memory, 0);
        squares = memory[2];
        rows = (long) memory[3];
        lastError = (long) memory[4];
        farthest = memory[5];
        isWarning = memory[6] == 1;
        isAlarmed = memory[7] == 1;
    }
}
