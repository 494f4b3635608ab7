package io.millrace.monitor;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A feature's values as numbers that can be added: numbers as they are, categories as the share of
 * the reference's values that are of the same one.
 */
final class Encoding {
    private final boolean isOfNumbers;
    private final Map<Double, Double> shares = new HashMap<>();
    private final double shareOfMostFrequent;

    Encoding(FeatureReference reference) {
        if (reference instanceof CategoryReference categories) {
            isOfNumbers = false;
            double valid = categories.valid();
            List<String> others = categories.others();
            for (String other : others) {
                put(other, categories.other() / valid / others.size());
            }
            for (int i = 0; i < categories.top().size(); i++) {
                put(categories.top().get(i), categories.counts()[i] / valid);
            }
            shareOfMostFrequent = categories.counts()[0] / valid;
        } else {
            isOfNumbers = true;
            shareOfMostFrequent = Double.NaN;
        }
    }

    private void put(String category, double share) {
        CategoryCounter.number(category).ifPresent(number -> shares.put(number, share));
    }

    /** NaN where a number is missing; 0 of a category that the reference does not have. */
    double of(double value) {
        if (isOfNumbers) {
            return value;
        }
        // -0.0 and 0.0 are one category.
        return Double.isFinite(value) ? shares.getOrDefault(value + 0.0, 0.0) : shareOfMostFrequent;
    }

    double[] column(double[][] rows, int place) {
        var column = new double[rows.length];
        for (int row = 0; row < rows.length; row++) {
            column[row] = of(rows[row][place]);
        }
        return column;
    }
}
