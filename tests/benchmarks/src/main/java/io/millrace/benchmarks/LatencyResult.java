package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a run has written of itself.
 *
 * @param rows how many rows came out, and the highest number of one that did
 * @param lost how many of them did not come out
 * @param doubled how often one came out again
 * @param versions how many versions have scored, and how many of them a row of another one's time
 * @param steady after the warm-up, at the first rate
 * @param windows of {@link LatencyLog#WINDOW_NANOS} each, by when rows were answered
 */
record LatencyResult(
        long rows,
        long lost,
        long doubled,
        long versions,
        long misversioned,
        Latencies steady,
        List<Latencies> windows) {

    /**
     * The latencies of some rows, in milliseconds.
     *
     * @param longestGap the longest time without an answer that ended among them
     */
    record Latencies(long rows, double median, double p99, double longestGap) {
        private static Latencies parse(String line) {
            String[] words = line.split(" ", -1);
            return new Latencies(
                    Long.parseLong(words[1]),
                    Double.parseDouble(words[2]),
                    Double.parseDouble(words[3]),
                    Double.parseDouble(words[4]));
        }
    }

    static LatencyResult read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        String[] rows = lines.get(0).split(" ", -1);
        return new LatencyResult(
                Long.parseLong(rows[1]),
                Long.parseLong(rows[2]),
                Long.parseLong(rows[3]),
                Long.parseLong(rows[4]),
                Long.parseLong(rows[5]),
                Latencies.parse(lines.get(1)),
                lines.subList(2, lines.size()).stream().map(Latencies::parse).toList());
    }

    /** The rows per second that came out within a part of the run. */
    double rowsPerSecond(double fromSeconds, double toSeconds) {
        List<Latencies> part = part(fromSeconds, toSeconds);
        return part.stream().mapToLong(Latencies::rows).sum()
                / (part.size() * LatencyLog.WINDOW_NANOS / 1e9);
    }

    /** The longest time without an answer that ended within a part of the run. */
    double longestGapMillis(double fromSeconds, double toSeconds) {
        return part(fromSeconds, toSeconds).stream()
                .mapToDouble(Latencies::longestGap)
                .max()
                .orElse(0);
    }

    /** How many windows of a part of the run saw a time without an answer longer than a bound. */
    long longerGaps(double boundMillis, double fromSeconds, double toSeconds) {
        return part(fromSeconds, toSeconds).stream()
                .filter(window -> window.longestGap() > boundMillis)
                .count();
    }

    private List<Latencies> part(double fromSeconds, double toSeconds) {
        return windows.subList(window(fromSeconds), Math.min(window(toSeconds), windows.size()));
    }

    /**
     * After how many seconds behind a moment the latency (p99 of a window) is no more than a bound,
     * and stays so for a second.
     */
    double recoveredAfter(double seconds, double boundMillis) {
        int from = window(seconds);
        int calm = 0;
        for (int window = from; window < windows.size(); window++) {
            calm = windows.get(window).p99() <= boundMillis ? calm + 1 : 0;
            if (calm == window(1)) {
                return (window + 1 - calm - from) * LatencyLog.WINDOW_NANOS / 1e9;
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    private static int window(double seconds) {
        return (int) Math.round(seconds * 1e9 / LatencyLog.WINDOW_NANOS);
    }
}
