package io.millrace.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * The vectors that {@code windows.yaml} makes of the scoring benchmark's rows, worked out the plain
 * way: what a profile of them is made from.
 */
final class WindowedRows {
    private static final int[] WINDOWS_MILLIS = {10_000, 30_000, 90_000};

    /** Rows before this lack a part of their windows. */
    static final int FULL = 90_000;

    private final Map<String, Deque<Past>> cards = new HashMap<>();
    private final Map<String, Deque<Past>> terminals = new HashMap<>();

    private record Past(long millis, double value) {}

    /** The vector of the next row. */
    double[] next(JsonNode row) {
        long millis = row.get("event_time").asLong();
        var vector = new double[ScoringRows.FEATURES.size()];
        for (int i = 0; i < 3; i++) {
            vector[i] = row.get(ScoringRows.FEATURES.get(i)).asDouble();
        }
        String card = row.get("card").asText();
        String terminal = row.get("f10").asText() + "/" + row.get("f12").asText();
        write(cards, card, new Past(millis, row.get("f01").asDouble()), vector, 3);
        write(terminals, terminal, new Past(millis, row.get("f11").asDouble()), vector, 9);
        return vector;
    }

    /** Count and mean of each window, from that place on. */
    private static void write(
            Map<String, Deque<Past>> pasts, String entity, Past now, double[] vector, int place) {
        Deque<Past> past = pasts.computeIfAbsent(entity, e -> new ArrayDeque<>());
        past.add(now);
        past.removeIf(row -> row.millis() <= now.millis() - FULL);
        for (int i = 0; i < WINDOWS_MILLIS.length; i++) {
            long after = now.millis() - WINDOWS_MILLIS[i];
            var values =
                    past.stream()
                            .filter(row -> row.millis() > after)
                            .mapToDouble(Past::value)
                            .summaryStatistics();
            vector[place + 2 * i] = values.getCount();
            vector[place + 2 * i + 1] = values.getAverage();
        }
    }
}
