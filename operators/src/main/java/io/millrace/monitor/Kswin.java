package io.millrace.monitor;

import java.util.Arrays;

/**
 * KSWIN: whether the last numbers and a sample of those before them differ by a Kolmogorov-Smirnov
 * test (C. Raab and others, Reactive Soft Prototype Computing for Concept Drift Streams, 2020).
 *
 * <p>The sample is drawn by a {@link MersenneTwister} of a fixed seed, so that a replay gives the
 * same alarms. The test is exact: of two samples of {@code n} numbers each that differ by {@code
 * h}/n, its p-value depends on {@code h} alone, so that the least {@code h} that raises the alarm
 * is known beforehand.
 */
final class Kswin implements Detector {
    private static final int WINDOW = 100;
    private static final int RECENT = 30;
    private static final int OLDER = WINDOW - RECENT;

    /** A difference this small is none, however sure. */
    private static final double NEGLIGIBLE = 0.1;

    /**
     * @param alpha p-values up to it raise the alarm
     * @param seed of the sample
     */
    record Settings(double alpha, int seed) {
        static final Settings DEFAULT = new Settings(0.005, 42);
    }

    private final Settings settings;
    private final int alarmingDifference;
    private final MersenneTwister chance;
    private final double[] window = new double[WINDOW];
    private final int[] places = new int[OLDER];
    private final double[] sample = new double[RECENT];
    private final double[] recent = new double[RECENT];
    private int count;
    private boolean isAlarmed;

    Kswin(Settings settings) {
        this.settings = settings;
        this.alarmingDifference = alarmingDifference(settings.alpha);
        this.chance = new MersenneTwister(settings.seed);
    }

    @Override
    public Level update(double value) {
        if (isAlarmed) {
            count = 0;
            chance.seed(settings.seed);
            isAlarmed = false;
        }
        if (count == WINDOW) {
            System.arraycopy(window, 1, window, 0, WINDOW - 1);
            count--;
        }
        window[count++] = value;
        isAlarmed = count == WINDOW && difference() >= alarmingDifference;
        return isAlarmed ? Level.ALARM : Level.STABLE;
    }

    /** How far the two samples' distributions are apart, times {@value #RECENT}. */
    private int difference() {
        draw();
        System.arraycopy(window, OLDER, recent, 0, RECENT);
        Arrays.sort(sample);
        Arrays.sort(recent);
        int farthest = 0;
        int i = 0;
        int j = 0;
        while (i < RECENT && j < RECENT) {
            double value = Math.min(sample[i], recent[j]);
            while (i < RECENT && sample[i] <= value) {
                i++;
            }
            while (j < RECENT && recent[j] <= value) {
                j++;
            }
            farthest = Math.max(farthest, Math.abs(i - j));
        }
        return farthest;
    }

    private void draw() {
        for (int i = 0; i < OLDER; i++) {
            places[i] = i;
        }
        for (int i = 0; i < RECENT; i++) {
            int left = OLDER - i;
            int drawn = chance.below(left);
            sample[i] = window[places[drawn]];
            places[drawn] = places[left - 1];
        }
    }

    private static int alarmingDifference(double alpha) {
        int difference = (int) Math.floor(NEGLIGIBLE * RECENT) + 1;
        while (difference <= RECENT && pValue(difference) > alpha) {
            difference++;
        }
        return difference;
    }

    /**
     * How likely two samples of one distribution are so far apart: the share of paths that leave a
     * strip, by reflections (B. V. Gnedenko and V. S. Korolyuk, 1951).
     */
    static double pValue(int difference) {
        double sum = 0;
        int sign = 1;
        for (int reach = difference; reach <= RECENT; reach += difference) {
            double share = 1;
            for (int i = 1; i <= reach; i++) {
                share *= (double) (RECENT - reach + i) / (RECENT + i);
            }
            sum += sign * share;
            sign = -sign;
        }
        return 2 * sum;
    }

    @Override
    public double[] memory() {
        double[] memory = new double[2 + MersenneTwister.LENGTH + count];
        memory[0] = count;
        memory[1] = isAlarmed ? 1 : 0;
        chance.write(memory, 2);
        System.arraycopy(window, 0, memory, 2 + MersenneTwister.LENGTH, count);
        return memory;
    }

    @Override
    public void recall(double[] memory) {
        count = (int) memory[0];
        isAlarmed = memory[1] == 1;
        chance.read(memory, 2);
        System.arraycopy(memory, 2 + MersenneTwister.LENGTH, window, 0, count);
    }
}
