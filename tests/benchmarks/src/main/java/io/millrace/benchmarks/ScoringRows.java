package io.millrace.benchmarks;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The events of the scoring benchmark: JSON with an id, a time, and the 15 numbers that the models
 * take.
 */
final class ScoringRows {
    /** The columns that the models read, in their order. */
    static final List<String> FEATURES =
            IntStream.rangeClosed(1, 15).mapToObj("f%02d"::formatted).toList();

    private static final long START_MILLIS = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

    private ScoringRows() {}

    static byte[] encode(int row) {
        var random = new SplittableRandom(row);
        var json = new StringBuilder(320);
        json.append("{\"id\":").append(1_000_000 + row);
        json.append(",\"event_time\":")
                .append(START_MILLIS + row)
                .append(",\"card\":")
                .append(random.nextInt(5_000));
        for (int i = 0; i < FEATURES.size(); i++) {
            json.append(",\"").append(FEATURES.get(i)).append("\":").append(value(i, random));
        }
        return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A value like those of the feature in this place: an amount, a flag, a count, an average, a
     * risk.
     */
    private static String value(int feature, SplittableRandom random) {
        if (feature == 1 || feature == 2) {
            return random.nextInt(3) == 0 ? "1" : "0";
        }
        if (feature >= 9 && feature % 2 == 0) {
            return random.nextInt(20) == 0
                    ? String.format(Locale.ROOT, "%.4f", random.nextDouble())
                    : "0.0";
        }
        boolean isCount = feature >= 3 && feature % 2 == 1;
        return isCount
                ? Integer.toString(random.nextInt(100))
                : String.format(Locale.ROOT, "%.2f", 200 * random.nextDouble());
    }
}
