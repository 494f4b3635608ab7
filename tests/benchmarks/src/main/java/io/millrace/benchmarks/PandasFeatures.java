package io.millrace.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** The 12 windowed features of each transaction as pandas computed them, by ascending ids. */
final class PandasFeatures {
    private static final int FEATURES = 12;

    /** The id, then the features. */
    private static final int WIDTH = 1 + FEATURES;

    /** Of a training set: id, time, entity and three features that are no windows come before. */
    private static final int FIRST_CELL = 6;

    private final DoubleBuffer numbers;

    private PandasFeatures(DoubleBuffer numbers) {
        this.numbers = numbers;
    }

    /** Reads what {@code rolling.py} wrote. */
    static PandasFeatures in(Path file) throws IOException {
        return new PandasFeatures(
                ByteBuffer.wrap(Files.readAllBytes(file))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asDoubleBuffer());
    }

    int rows() {
        return numbers.limit() / WIDTH;
    }

    /**
     * The largest difference to a training set, which must have the same rows.
     *
     * @throws IllegalStateException where it has not
     */
    double largestDifference(Path trainingSet) throws IOException {
        double largest = 0;
        int rows = 0;
        try (BufferedReader lines = Files.newBufferedReader(trainingSet)) {
            lines.readLine();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] cells = line.split(",", -1);
                int row = row(Long.parseLong(cells[0]));
                for (int feature = 0; feature < FEATURES; feature++) {
                    double difference =
                            Double.parseDouble(cells[FIRST_CELL + feature])
                                    - numbers.get(row * WIDTH + 1 + feature);
                    if (Double.isNaN(difference)) {
                        throw new IllegalStateException(
                                "pandas has no number where there is one: " + line);
                    }
                    largest = Math.max(largest, Math.abs(difference));
                }
                rows++;
            }
        }
        if (rows != rows()) {
            throw new IllegalStateException(
                    "the training set has %,d rows; pandas has %,d".formatted(rows, rows()));
        }
        return largest;
    }

    private int row(long id) {
        int low = 0;
        int high = rows() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            double there = numbers.get(middle * WIDTH);
            if (there == id) {
                return middle;
            }
            if (there < id) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        throw new IllegalStateException("pandas has no transaction " + id);
    }
}
