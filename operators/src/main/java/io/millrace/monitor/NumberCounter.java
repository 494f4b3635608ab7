package io.millrace.monitor;

import java.util.Arrays;

/**
 * Counts numbers in the fine bins of their reference, those beyond its range apart, and sums from
 * which mean, deviation and distances come.
 */
final class NumberCounter extends SeriesCounter {
    private static final int BELOW = FIRST;
    private static final int ABOVE = BELOW + 1;
    private static final int SUM = ABOVE + 1;
    private static final int SQUARES = SUM + FixedSum.CELLS;
    private static final int SUM_BELOW = SQUARES + FixedSum.CELLS;
    private static final int SUM_ABOVE = SUM_BELOW + FixedSum.CELLS;
    private static final int BINS = SUM_ABOVE + FixedSum.CELLS;

    private final NumericReference reference;
    private final BinSearch bins;
    private final double mean;
    private final double scale;
    private final double perScale;
    private final double min;
    private final double max;

    NumberCounter(Watched watched, int index, int at, NumericReference reference) {
        super(watched, index, at);
        this.reference = reference;
        this.bins = new BinSearch(reference.edges());
        this.mean = reference.mean();
        this.scale = reference.scale();
        this.perScale = 1 / scale;
        this.min = reference.min();
        this.max = reference.max();
    }

    @Override
    int width() {
        return BINS + reference.counts().length;
    }

    @Override
    NumericReference reference() {
        return reference;
    }

    @Override
    void count(double value, Counts counts) {
        long[] cells = counts.cells();
        int at = at();
        if (!Double.isFinite(value)) {
            cells[at + MISSING]++;
            return;
        }
        cells[at + BINS + bins.of(value)]++;
        double scaled = (value - mean) * perScale;
        FixedSum.add(cells, at + SUM, scaled);
        FixedSum.add(cells, at + SQUARES, scaled * scaled);
        countBeyond(value, scaled, cells);
        counts.widen(index(), value);
    }

    /** As one after the other, with sums and range in registers meanwhile. */
    @Override
    void count(ScoreRows rows, int column, Counts counts) {
        long[] cells = counts.cells();
        double[] values = rows.column(column);
        int firstBin = at() + BINS;
        double lowest = Double.POSITIVE_INFINITY;
        double highest = Double.NEGATIVE_INFINITY;
        double sum = 0;
        double squares = 0;
        for (int row = 0; row < rows.size(); row++) {
            double value = values[row];
            double scaled = (value - mean) * perScale;
            if (!(Math.abs(scaled) <= ScoreRows.NEAR)) {
                // Far away, or missing.
                count(value, counts);
                continue;
            }
            cells[firstBin + bins.of(value)]++;
            sum += FixedSum.rounded(scaled);
            squares += FixedSum.rounded(scaled * scaled);
            if (value < lowest) {
                lowest = value;
            }
            if (value > highest) {
                highest = value;
            }
        }
        FixedSum.add(cells, at() + SUM, sum);
        FixedSum.add(cells, at() + SQUARES, squares);
        if (lowest < min || highest > max) {
            countBeyond(values, rows.size(), cells);
        }
        if (lowest <= highest) {
            counts.widen(index(), lowest);
            counts.widen(index(), highest);
        }
    }

    /** Those beyond the reference's range that are not far away. */
    private void countBeyond(double[] values, int size, long[] cells) {
        for (int i = 0; i < size; i++) {
            double value = values[i];
            double scaled = (value - mean) * perScale;
            if (Math.abs(scaled) <= ScoreRows.NEAR) {
                countBeyond(value, scaled, cells);
            }
        }
    }

    private void countBeyond(double value, double scaled, long[] cells) {
        if (value < min) {
            cells[at() + BELOW]++;
            FixedSum.add(cells, at() + SUM_BELOW, scaled);
        } else if (value > max) {
            cells[at() + ABOVE]++;
            FixedSum.add(cells, at() + SUM_ABOVE, scaled);
        }
    }

    @Override
    void count(String category, Counts counts) {
        throw new IllegalStateException(watched().name() + " is a number, not a category");
    }

    @Override
    void merge(long[] from, long[] to) {
        mergeWhole(MISSING, SUM, from, to);
        for (int sum = at() + SUM; sum < at() + BINS; sum += FixedSum.CELLS) {
            FixedSum.add(to, sum, from[sum], from[sum + 1]);
        }
        mergeWhole(BINS, width(), from, to);
    }

    long below(Counts counts) {
        return counts.cells()[at() + BELOW];
    }

    long above(Counts counts) {
        return counts.cells()[at() + ABOVE];
    }

    /** The counts of the fine bins. */
    long[] bins(Counts counts) {
        int from = at() + BINS;
        return Arrays.copyOfRange(counts.cells(), from, from + reference.counts().length);
    }

    double mean(Counts counts) {
        return mean(counts, SUM, valid(counts));
    }

    private double mean(Counts counts, int sum, long rows) {
        return mean + scale * FixedSum.value(counts.cells(), at() + sum) / rows;
    }

    double std(Counts counts) {
        double rows = valid(counts);
        double mean = FixedSum.value(counts.cells(), at() + SUM) / rows;
        double squares = FixedSum.value(counts.cells(), at() + SQUARES) / rows;
        return scale * Math.sqrt(Math.max(0, squares - mean * mean));
    }

    /**
     * The counts as a distribution: those of a bin at the mean of the reference's rows in it, those
     * beyond the reference's range at their own mean.
     */
    Steps steps(Counts counts) {
        long[] bins = bins(counts);
        long below = below(counts);
        long above = above(counts);
        int last = bins.length - 1;
        var points = new double[bins.length + 2];
        var rows = new long[bins.length + 2];
        System.arraycopy(reference.points(), 0, points, 1, bins.length);
        System.arraycopy(bins, 0, rows, 1, bins.length);
        points[0] = below == 0 ? reference.min() : mean(counts, SUM_BELOW, below);
        rows[0] = below;
        rows[1] -= below;
        points[last + 2] = above == 0 ? reference.max() : mean(counts, SUM_ABOVE, above);
        rows[last + 2] = above;
        rows[last + 1] -= above;
        return Steps.of(points, rows);
    }

    /**
     * The largest difference from other counts of this series' distribution functions, at the edges
     * and at the ends of the reference's range: at most by one bin's share less than it is.
     */
    double ks(Counts counts, NumberBaseline other) {
        long[] bins = bins(counts);
        long[] otherBins = other.bins();
        double rows = Divergence.sum(bins);
        double otherRows = Divergence.sum(otherBins);
        double largest =
                Math.max(
                        Math.abs(below(counts) / rows - other.below() / otherRows),
                        Math.abs(above(counts) / rows - other.above() / otherRows));
        long upTo = 0;
        long otherUpTo = 0;
        for (int bin = 0; bin < bins.length - 1; bin++) {
            upTo += bins[bin];
            otherUpTo += otherBins[bin];
            largest = Math.max(largest, Math.abs(upTo / rows - otherUpTo / otherRows));
        }
        return largest;
    }
}
