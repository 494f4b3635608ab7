package io.millrace.features;

import java.io.Serializable;
import java.math.BigInteger;

/** What a window says of its rows. Indexes are named by their place in the {@link IndexPlan}. */
sealed interface Aggregation extends Serializable {

    /** The value; NaN where it has none, infinite where it is beyond all doubles. */
    double of(Stretch rows);

    /** How many rows count. */
    record Count(int selection) implements Aggregation {

        @Override
        public double of(Stretch rows) {
            return rows.indexes().selection(selection).count(rows.from(), rows.to());
        }
    }

    /** The sum, rounded once. */
    record Sum(int totals) implements Aggregation {

        @Override
        public double of(Stretch rows) {
            return rows.indexes().totals(totals).sum(rows.from(), rows.to());
        }
    }

    /** The rounded sum, divided by the number of values. */
    record Mean(Sum sum, Count count) implements Aggregation {

        @Override
        public double of(Stretch rows) {
            double values = count.of(rows);
            return values == 0 ? Double.NaN : sum.of(rows) / values;
        }
    }

    /** The smallest or the largest value, as the index has it. */
    record Extreme(int extremes, KeptNumber number) implements Aggregation {

        @Override
        public double of(Stretch rows) {
            var indexes = rows.indexes();
            return indexes.selection(number.selection()).count(rows.from(), rows.to()) == 0
                    ? Double.NaN
                    : number.fromOrdered(
                            indexes.extremes(extremes).ordered(rows.from(), rows.to()));
        }
    }

    /**
     * The sample's standard deviation, {@code sqrt((n Σx² - (Σx)²) / (n (n - 1)))}; none of fewer
     * than two values.
     *
     * <p>What is under the root is exact, so nothing cancels, and is then rounded three times.
     *
     * @param squares the totals of the squares
     * @param digits of a scaled integer, how many lie after the point
     */
    record Deviation(int totals, int squares, Count count, int digits) implements Aggregation {
        /** A number of more bits is not a double. */
        private static final int MOST_BITS = 1000;

        @Override
        public double of(Stretch rows) {
            double values = count.of(rows);
            if (values < 2) {
                return Double.NaN;
            }
            var indexes = rows.indexes();
            var sum = indexes.totals(totals).exact(rows.from(), rows.to());
            var squared = indexes.totals(squares).exact(rows.from(), rows.to());
            int exponent = Math.min(squared.exponent(), 2 * sum.exponent());
            var spread =
                    squared.toBigInteger()
                            .shiftLeft(squared.exponent() - exponent)
                            .multiply(BigInteger.valueOf((long) values))
                            .subtract(
                                    sum.toBigInteger()
                                            .pow(2)
                                            .shiftLeft(2 * sum.exponent() - exponent));
            int excess = Math.max(0, spread.bitLength() - MOST_BITS + 1) / 2 * 2;
            double variance = spread.shiftRight(excess).doubleValue() / (values * (values - 1));
            double deviation = Math.scalb(Math.sqrt(variance), (exponent + excess) / 2);
            return deviation / Math.pow(10, digits);
        }
    }

    /** The oldest value. */
    record First(KeptNumber number) implements Aggregation {

        @Override
        public double of(Stretch rows) {
            var selection = rows.indexes().selection(number.selection());
            int row = selection.first(rows.from(), rows.to());
            return row == Selection.NONE ? Double.NaN : number.of(rows.indexes(), row);
        }
    }

    /** The newest value. */
    record Last(KeptNumber number) implements Aggregation {

        @Override
        public double of(Stretch rows) {
            var selection = rows.indexes().selection(number.selection());
            int row = selection.last(rows.from(), rows.to());
            return row == Selection.NONE ? Double.NaN : number.of(rows.indexes(), row);
        }
    }

    /** How many different values there are. */
    record Distinct(int distinct) implements Aggregation {

        @Override
        public double of(Stretch rows) {
            return rows.indexes().distinct(distinct).distinct(rows.from(), rows.to());
        }
    }

    /** The value at a rank by frequency. */
    record MostFrequent(int counts, KeptNumber number, int rank) implements Aggregation {

        @Override
        public double of(Stretch rows) {
            var values = rows.indexes().counts(counts);
            return values.mostFrequent(rank, number, rows.from(), rows.to());
        }
    }

    /** The share of the values that are the one at a rank by frequency. */
    record MostFrequentShare(int counts, Count all, int rank) implements Aggregation {

        @Override
        public double of(Stretch rows) {
            int count = rows.indexes().counts(counts).countAt(rank, rows.from(), rows.to());
            return count == 0 ? Double.NaN : count / all.of(rows);
        }
    }

    /** The share of the values that are the event's own; none where it has none. */
    record ShareOfCurrent(int counts, Count all, KeptNumber own) implements Aggregation {

        @Override
        public double of(Stretch rows) {
            double values = all.of(rows);
            var indexes = rows.indexes();
            if (values == 0 || !indexes.selection(own.selection()).counts(rows.current())) {
                return Double.NaN;
            }
            long value = KeptNumber.ordered(indexes.log(), own.column(), rows.current());
            return indexes.counts(counts).count(value, rows.from(), rows.to()) / values;
        }
    }

    /** The seconds from the newest row that counts to the event. */
    record SinceLast(int selection) implements Aggregation {
        private static final double MILLIS_PER_SECOND = 1000;

        @Override
        public double of(Stretch rows) {
            int row = rows.indexes().selection(selection).last(rows.from(), rows.to());
            return row == Selection.NONE
                    ? Double.NaN
                    : (rows.timeMillis() - rows.indexes().log().timeMillis(row))
                            / MILLIS_PER_SECOND;
        }
    }

    /** The event's own value divided by the mean; none where that is 0. */
    record Ratio(KeptNumber number, Mean mean) implements Aggregation {

        @Override
        public double of(Stretch rows) {
            double average = mean.of(rows);
            return average == 0 ? Double.NaN : number.of(rows.indexes(), rows.current()) / average;
        }
    }

    /** The event's own value less the mean, in standard deviations; none where these are 0. */
    record ZScore(KeptNumber number, Mean mean, Deviation deviation) implements Aggregation {

        @Override
        public double of(Stretch rows) {
            double spread = deviation.of(rows);
            return spread == 0
                    ? Double.NaN
                    : (number.of(rows.indexes(), rows.current()) - mean.of(rows)) / spread;
        }
    }
}
