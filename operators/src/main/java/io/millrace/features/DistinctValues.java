package io.millrace.features;

import java.io.Serializable;

/**
 * How many different values of a column there are in one window of a log: exactly, up to a bound;
 * beyond it an estimate that depends on the values alone.
 *
 * <p>The estimate is that of adaptive sampling (P. Flajolet, On Adaptive Sampling, Computing 43,
 * 1990), in finer steps. A value's hash is a fraction of 1. Of a falling sequence of thresholds,
 * {@value #STEPS} to a power of two, it takes the first that no more values are below than the
 * bound says, and divides their number by it. So at least {@code bound / (1 + 1 / 16)} are expected
 * there, and the relative standard error is at most {@code 1.04 / sqrt(bound)}.
 *
 * <p>Values can leave a window too. So those below some earlier threshold are counted, of which
 * there are more than the bound, and at most half as many more but for those of one step; once too
 * many of them have left, all rows of the window are counted again.
 *
 * <p>Invariants: {@code counts} holds the values of step {@code lowest} and up. Where there are
 * {@code steps}, they say how many of them each step has.
 */
final class DistinctValues extends WindowValues {
    private static final int STEP_BITS = 4;
    private static final int STEPS = 1 << STEP_BITS;

    /**
     * What is counted.
     *
     * @param exactTo the bound
     */
    record Plan(Followed followed, int exactTo) implements Serializable {}

    private final int exactTo;

    /** So many values are left when there have been too many. */
    private final int enough;

    private final int tooMany;

    private LongCounts counts = new LongCounts();

    /** How many values each step has; empty until there have been more than the bound. */
    private int[] steps = {};

    private int lowest;

    DistinctValues(Plan plan, RowLog log, Selection selection) {
        super(plan.followed, log, selection);
        this.exactTo = plan.exactTo;
        this.enough = exactTo + exactTo / 4;
        this.tooMany = exactTo + exactTo / 2;
    }

    @Override
    long heapBytes() {
        return counts.heapBytes() + (long) steps.length * Integer.BYTES;
    }

    /** How many different values rows {@code from} to {@code to - 1} have. */
    double distinct(int from, int to) {
        moveTo(from, to);
        if (lowest > 0 && counts.size() <= exactTo) {
            counts = new LongCounts();
            steps = new int[0];
            lowest = 0;
            enterAll();
        }
        int sampled = counts.size();
        int step = lowest;
        while (sampled > exactTo) {
            sampled -= steps[step];
            step++;
        }
        return step == 0 ? sampled : Math.rint(sampled / threshold(step));
    }

    @Override
    void add(long ordered) {
        if ((lowest > 0 && step(ordered) < lowest) || counts.add(ordered) > 1) {
            return;
        }
        if (steps.length > 0) {
            steps[step(ordered)]++;
        } else if (counts.size() > exactTo) {
            steps = new int[step(0) + 1];
            counts.forEach(value -> steps[step(value)]++);
        }
        if (counts.size() > tooMany) {
            raiseLowest();
        }
    }

    @Override
    void remove(long ordered) {
        if ((lowest > 0 && step(ordered) < lowest) || counts.remove(ordered) > 0) {
            return;
        }
        if (steps.length > 0) {
            steps[step(ordered)]--;
        }
    }

    private void raiseLowest() {
        int left = counts.size();
        int next = lowest;
        while (left - steps[next] > enough) {
            left -= steps[next];
            next++;
        }
        if (next > lowest) {
            lowest = next;
            counts = counts.of(value -> step(value) >= lowest);
        }
    }

    /** The last step whose threshold a value's hash is below. */
    private static int step(long value) {
        long hash = TextHash.mixed(value);
        int zeros = Long.numberOfLeadingZeros(hash);
        int next = (int) ((hash << zeros << 1) >>> (Long.SIZE - STEP_BITS));
        return zeros * STEPS + STEPS - 1 - next;
    }

    /** Below 1, which is the threshold of step 0: in each power of two equally far apart. */
    private static double threshold(int step) {
        int next = STEPS - 1 - step % STEPS;
        return Math.scalb(STEPS + 1.0 + next, -(step / STEPS) - 1 - STEP_BITS);
    }
}
