package io.millrace.monitor;

/**
 * HDDM with weights: whether the exponentially weighted mean since some cut differs from the one
 * before it by more than McDiarmid's bound (I. Frías-Blanco and others, Online and Non-Parametric
 * Drift Detection Methods Based on Hoeffding's Bounds, 2015). Numbers lie between 0 and 1.
 */
final class HddmW implements Detector {
    private static final double ALARM = 0.001;
    private static final double WARNING = 0.005;
    private static final double WEIGHT = 0.05;

    private final boolean isTwoSided;
    private final Average all = new Average();
    private final Cut rise = new Cut(1);
    private final Cut fall = new Cut(-1);
    private boolean isAlarmed;

    /**
     * @param isTwoSided whether a fall is a change too
     */
    HddmW(boolean isTwoSided) {
        this.isTwoSided = isTwoSided;
    }

    @Override
    public Level update(double value) {
        if (isAlarmed) {
            all.clear();
            rise.clear();
            fall.clear();
        }
        all.add(value);
        rise.add(value, all);
        fall.add(value, all);
        isAlarmed = hasChanged(ALARM);
        if (isAlarmed) {
            return Level.ALARM;
        }
        return hasChanged(WARNING) ? Level.WARNING : Level.STABLE;
    }

    private boolean hasChanged(double confidence) {
        return rise.isPassed(confidence) || (isTwoSided && fall.isPassed(confidence));
    }

    @Override
    public double[] memory() {
        double[] memory = new double[Average.LENGTH + 2 * Cut.LENGTH + 1];
        all.write(memory, 0);
        rise.write(memory, Average.LENGTH);
        fall.write(memory, Average.LENGTH + Cut.LENGTH);
        memory[memory.length - 1] = isAlarmed ? 1 : 0;
        return memory;
    }

    @Override
    public void recall(double[] memory) {
        all.read(memory, 0);
        rise.read(memory, Average.LENGTH);
        fall.read(memory, Average.LENGTH + Cut.LENGTH);
        isAlarmed = memory[memory.length - 1] == 1;
    }

    private static double bound(double squaredWeights, double confidence) {
        return Math.sqrt(squaredWeights * Math.log(1 / confidence) / 2);
    }

    /** An exponentially weighted mean and the sum of its squared weights. */
    private static final class Average {
        static final int LENGTH = 3;

        private boolean isEmpty = true;
        private double mean;
        private double squaredWeights = 1;

        void add(double value) {
            mean = isEmpty ? value : WEIGHT * value + (1 - WEIGHT) * mean;
            squaredWeights = WEIGHT * WEIGHT + (1 - WEIGHT) * (1 - WEIGHT) * squaredWeights;
            isEmpty = false;
        }

        void clear() {
            isEmpty = true;
            mean = 0;
            squaredWeights = 1;
        }

        void set(Average other) {
            isEmpty = other.isEmpty;
            mean = other.mean;
            squaredWeights = other.squaredWeights;
        }

        void write(double[] memory, int at) {
            memory[at] = isEmpty ? 1 : 0;
            memory[at + 1] = mean;
            memory[at + 2] = squaredWeights;
        }

        void read(double[] memory, int at) {
            isEmpty = memory[at] == 1;
            mean = memory[at + 1];
            squaredWeights = memory[at + 2];
        }
    }

    /** The means before and since the row at which the mean was surest to be low, or high. */
    private static final class Cut {
        static final int LENGTH = 2 * Average.LENGTH + 1;

        /** 1 where a rise is looked for, -1 for a fall. */
        private final int sign;

        private final Average before = new Average();
        private final Average since = new Average();
        private double extreme = Double.POSITIVE_INFINITY;

        Cut(int sign) {
            this.sign = sign;
        }

        void add(double value, Average all) {
            double reach = sign * all.mean + bound(all.squaredWeights, ALARM);
            if (reach < extreme) {
                extreme = reach;
                before.set(all);
                since.clear();
            } else {
                since.add(value);
            }
        }

        boolean isPassed(double confidence) {
            return !before.isEmpty
                    && !since.isEmpty
                    && sign * (since.mean - before.mean)
                            > bound(before.squaredWeights + since.squaredWeights, confidence);
        }

        void clear() {
            before.clear();
            since.clear();
            extreme = Double.POSITIVE_INFINITY;
        }

        void write(double[] memory, int at) {
            before.write(memory, at);
            since.write(memory, at + Average.LENGTH);
            memory[at + 2 * Average.LENGTH] = extreme;
        }

        void read(double[] memory, int at) {
            before.read(memory, at);
            since.read(memory, at + Average.LENGTH);
            extreme = memory[at + 2 * Average.LENGTH];
        }
    }
}
