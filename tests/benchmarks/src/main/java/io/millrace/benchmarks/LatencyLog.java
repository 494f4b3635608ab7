package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * How late each row of a run was answered, counted from when it was due: a job that falls behind
 * pays for every row that waits.
 *
 * <p>There is one clock and one log in a process, which its only source and its only sink share.
 */
final class LatencyLog {
    /** The length of a window. */
    static final long WINDOW_NANOS = 100_000_000;

    private static final int DIGITS = 3;
    private static final double[] PERCENTILES = {50, 99};

    private static volatile long beganNanos;
    private static volatile long beganMillis;

    private final Pace pace;
    private final long warmUpNanos;
    private final List<Histogram> windows = new ArrayList<>();
    private final Histogram steady = new Histogram(DIGITS);
    private final BitSet answered = new BitSet();
    private long doubled;

    LatencyLog(Pace pace, double warmUpSeconds) {
        this.pace = pace;
        this.warmUpNanos = (long) (warmUpSeconds * 1e9);
    }

    /** The first row is due now. */
    static void begin() {
        beganMillis = System.currentTimeMillis();
        beganNanos = System.nanoTime();
    }

    /** Since the first row was due. */
    static long passedNanos() {
        return System.nanoTime() - beganNanos;
    }

    /** When a row is due, epoch milliseconds. */
    static long dueMillis(Pace pace, long row) {
        return beganMillis + pace.dueNanos(row) / 1_000_000;
    }

    void answered(long row) {
        long nanos = passedNanos();
        long latency = Math.max(0, nanos - pace.dueNanos(row));
        int window = (int) (nanos / WINDOW_NANOS);
        while (windows.size() <= window) {
            windows.add(new Histogram(2));
        }
        windows.get(window).recordValue(latency);
        if (nanos >= warmUpNanos) {
            steady.recordValue(latency);
        }
        doubled += answered.get((int) row) ? 1 : 0;
        answered.set((int) row);
    }

    /** Writes what there is to know, for {@link LatencyResult}. */
    void write(Path file) throws IOException {
        var lines = new ArrayList<String>();
        lines.add(
                "rows %d %d %d"
                        .formatted(
                                answered.length(),
                                answered.length() - answered.cardinality(),
                                doubled));
        lines.add("steady " + of(steady));
        for (Histogram window : windows) {
            lines.add("window " + of(window));
        }
        Files.write(file, lines);
    }

    private static String of(Histogram histogram) {
        var text = new StringBuilder(Long.toString(histogram.getTotalCount()));
        for (double percentile : PERCENTILES) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            " %.4f",
                            histogram.getValueAtPercentile(percentile) / 1e6));
        }
        return text.toString();
    }
}
