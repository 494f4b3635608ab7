package io.millrace.registry;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of inputs with the scores that the model gave them when it was registered: whoever loads the
 * model scores them first, and refuses a model that answers otherwise.
 *
 * <p>The file is CSV: a header of the model's features in its order and the output's name, then
 * numbers in Java's or Python's notation, {@code NaN} for a missing one. A feature with categories
 * is the number of its category.
 */
public final class GoldenRows {
    private final List<double[]> features;
    private final double[] scores;

    private GoldenRows(List<double[]> features, double[] scores) {
        this.features = features;
        this.scores = scores;
    }

    /**
     * Reads the file's bytes; {@link IllegalArgumentException} says what does not fit the version.
     */
    static GoldenRows read(byte[] csv, ModelVersion version) {
        var lines = new String(csv, StandardCharsets.UTF_8).lines().toList();
        var names = version.features();
        var header = String.join(",", names) + "," + version.output().name();
        if (lines.isEmpty() || !lines.get(0).equals(header)) {
            throw new IllegalArgumentException(
                    "its first line names other columns; it must be the features of %s and %s"
                            .formatted(version, version.output().name()));
        }
        if (lines.size() < 2) {
            throw new IllegalArgumentException("it has no rows; it must have at least one");
        }
        var features = new ArrayList<double[]>(lines.size() - 1);
        var scores = new double[lines.size() - 1];
        for (int row = 0; row < scores.length; row++) {
            var numbers = numbers(lines.get(row + 1), row + 2, names.size() + 1);
            scores[row] = numbers[names.size()];
            features.add(Arrays.copyOf(numbers, names.size()));
        }
        return new GoldenRows(features, scores);
    }

    public int size() {
        return scores.length;
    }

    /** The row's inputs in the model's order; the caller's own copy. */
    public double[] features(int row) {
        return features.get(row).clone();
    }

    /** What the model said of the row when it was registered. */
    public double score(int row) {
        return scores[row];
    }

    private static double[] numbers(String line, int lineNumber, int columns) {
        var fields = line.split(",", -1);
        if (fields.length != columns) {
            throw new IllegalArgumentException(
                    "line %d has %d columns; it must have %d"
                            .formatted(lineNumber, fields.length, columns));
        }
        var numbers = new double[columns];
        for (int column = 0; column < columns; column++) {
            try {
                numbers[column] = Double.parseDouble(fields[column]);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "line %d, column %d is no number; it must be one, or NaN"
                                .formatted(lineNumber, column + 1),
                        e);
            }
        }
        return numbers;
    }
}
