package io.millrace.jobs.simulator;

import java.util.SplittableRandom;

/**
 * Draws from the distributions that the simulation needs.
 *
 * <p>Gaussians are made here and with {@link StrictMath}, since the repository holds a model and
 * expected numbers made from a simulation: another JDK must not draw others. ({@link
 * SplittableRandom} documents its generator; {@code nextGaussian} does not.)
 */
final class Chance {
    private final SplittableRandom random;
    private double spare = Double.NaN;

    /**
     * The stream of draws that belongs to one part of one simulation, whatever was drawn before.
     */
    Chance(long seed, long part) {
        // An odd constant spreads consecutive parts over all 64 bits.
        random = new SplittableRandom(seed ^ (part + 1) * 0x9E3779B97F4A7C15L);
    }

    double uniform(double from, double to) {
        return from + (to - from) * random.nextDouble();
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean happens(double probability) {
        return random.nextDouble() < probability;
    }

    /** Marsaglia's polar method. */
    double gaussian(double mean, double deviation) {
        if (!Double.isNaN(spare)) {
            double second = spare;
            spare = Double.NaN;
            return mean + deviation * second;
        }
        double x;
        double y;
        double squared;
        do {
            x = uniform(-1, 1);
            y = uniform(-1, 1);
            squared = x * x + y * y;
        } while (squared >= 1 || squared == 0);
        double scale = Math.sqrt(-2 * StrictMath.log(squared) / squared);
        spare = y * scale;
        return mean + deviation * (x * scale);
    }

    /**
     * Knuth's method, which is fast for the small means of this simulation.
     *
     * @param expOfMinusMean e to the minus mean, between 0 and 1
     */
    int poisson(double expOfMinusMean) {
        int events = 0;
        for (double left = random.nextDouble();
                left > expOfMinusMean;
                left *= random.nextDouble()) {
            events++;
        }
        return events;
    }

    /** A whole number whose mean is {@code mean}: one of its two neighbours. */
    int about(double mean) {
        int whole = (int) mean;
        return happens(mean - whole) ? whole + 1 : whole;
    }
}
