package io.millrace.monitor;

import java.util.Arrays;

/**
 * ADWIN: whether a window of the last numbers can be cut in two whose means differ by more than
 * chance (A. Bifet and R. Gavaldà, Learning from Time-Changing Data with Adaptive Windowing, SDM
 * 2007).
 *
 * <p>The window lies in buckets; those of row {@code r} hold 2<sup>r</sup> numbers each, and a row
 * has at most {@value #BUCKETS} of them, the oldest first. Every {@value #CLOCK} numbers all cuts
 * between buckets are tried, from the oldest on; where one holds, the oldest bucket is dropped and
 * all are tried again.
 */
final class Adwin implements Detector {
    private static final int BUCKETS = 5;
    private static final int CLOCK = 32;
    private static final int MIN_PART = 5;
    private static final int GRACE = 10;

    /** Room for one bucket more than a row may keep. */
    private static final int ROOM = BUCKETS + 1;

    /** More than 2^40 numbers are no window any more. */
    private static final int MAX_ROWS = 40;

    private static final int HEAD = 6;

    private final double delta;
    private final int[] counts = new int[MAX_ROWS];
    private final double[] totals = new double[MAX_ROWS * ROOM];
    private final double[] squares = new double[MAX_ROWS * ROOM];

    private int rows;
    private long width;
    private double total;

    /** The sum of squared deviations of the window's numbers from their mean. */
    private double square;

    private long ticks;
    private boolean isAlarmed;

    /**
     * @param delta how likely a false alarm may be, by the bound that is used
     */
    Adwin(double delta) {
        this.delta = delta;
        clear();
    }

    private void clear() {
        Arrays.fill(counts, 0);
        rows = 1;
        width = 0;
        total = 0;
        square = 0;
        ticks = 0;
        isAlarmed = false;
    }

    /** How many numbers the window has. */
    long width() {
        return width;
    }

    /** The mean of the window's numbers. */
    double mean() {
        return total / width;
    }

    @Override
    public Level update(double value) {
        if (isAlarmed) {
            clear();
        }
        insert(value);
        ticks++;
        if (ticks % CLOCK == 0 && width > GRACE) {
            while (hasCut()) {
                dropOldest();
                isAlarmed = true;
            }
        }
        return isAlarmed ? Level.ALARM : Level.STABLE;
    }

    private void insert(double value) {
        put(0, value, 0);
        width++;
        if (width > 1) {
            double before = width - 1.0;
            double deviation = value - total / before;
            square += before * deviation * deviation / width;
        }
        total += value;
        for (int row = 0; counts[row] > BUCKETS; row++) {
            mergeOldest(row);
        }
    }

    private void put(int row, double bucketTotal, double bucketSquare) {
        int at = row * ROOM + counts[row];
        totals[at] = bucketTotal;
        squares[at] = bucketSquare;
        counts[row]++;
        rows = Math.max(rows, row + 1);
    }

    private void mergeOldest(int row) {
        int at = row * ROOM;
        double size = size(row);
        double between = totals[at] / size - totals[at + 1] / size;
        double merged =
                squares[at] + squares[at + 1] + size * size * between * between / (size + size);
        put(row + 1, totals[at] + totals[at + 1], merged);
        removeOldest(row, 2);
    }

    private void removeOldest(int row, int buckets) {
        int at = row * ROOM;
        int left = counts[row] - buckets;
        System.arraycopy(totals, at + buckets, totals, at, left);
        System.arraycopy(squares, at + buckets, squares, at, left);
        counts[row] = left;
    }

    private boolean hasCut() {
        double before = 0;
        double beforeTotal = 0;
        for (int row = rows - 1; row >= 0; row--) {
            for (int bucket = 0; bucket < counts[row]; bucket++) {
                before += size(row);
                beforeTotal += totals[row * ROOM + bucket];
                double after = width - before;
                if (before >= MIN_PART
                        && after >= MIN_PART
                        && differ(
                                before,
                                beforeTotal / before,
                                after,
                                (total - beforeTotal) / after)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean differ(double before, double meanBefore, double after, double meanAfter) {
        double confidence = Math.log(2 * Math.log((double) width) / delta);
        double harmonic = 1 / (before - MIN_PART + 1) + 1 / (after - MIN_PART + 1);
        double bound =
                Math.sqrt(2 * harmonic * (square / width) * confidence)
                        + 2.0 / 3 * confidence * harmonic;
        return Math.abs(meanBefore - meanAfter) > bound;
    }

    private void dropOldest() {
        int row = rows - 1;
        double size = size(row);
        double dropped = totals[row * ROOM];
        width -= (long) size;
        total -= dropped;
        double between = dropped / size - total / width;
        square -= squares[row * ROOM] + size * width * between * between / (size + width);
        removeOldest(row, 1);
        while (rows > 1 && counts[rows - 1] == 0) {
            rows--;
        }
    }

    private static double size(int row) {
        return (double) (1L << row);
    }

    @Override
    public double[] memory() {
        double[] memory = new double[HEAD + rows * (1 + 2 * BUCKETS)];
        memory[0] = rows;
        memory[1] = width;
        memory[2] = total;
        memory[3] = square;
        memory[4] = ticks;
        memory[5] = isAlarmed ? 1 : 0;
        int at = HEAD;
        for (int row = 0; row < rows; row++) {
            memory[at] = counts[row];
            System.arraycopy(totals, row * ROOM, memory, at + 1, counts[row]);
            System.arraycopy(squares, row * ROOM, memory, at + 1 + BUCKETS, counts[row]);
            at += 1 + 2 * BUCKETS;
        }
        return memory;
    }

    @Override
    public void recall(double[] memory) {
        clear();
        rows = (int) memory[0];
        width = (long) memory[1];
        total = memory[2];
        square = memory[3];
        ticks = (long) memory[4];
        isAlarmed = memory[5] == 1;
        int at = HEAD;
        for (int row = 0; row < rows; row++) {
            counts[row] = (int) memory[at];
            System.arraycopy(memory, at + 1, totals, row * ROOM, counts[row]);
            System.arraycopy(memory, at + 1 + BUCKETS, squares, row * ROOM, counts[row]);
            at += 1 + 2 * BUCKETS;
        }
    }
}
