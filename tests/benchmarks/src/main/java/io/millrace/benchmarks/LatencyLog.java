package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
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
    private final long steadyUntilNanos;
    private final List<Histogram> windows = new ArrayList<>();
    private final List<Long> longestGaps = new ArrayList<>();
    private final Histogram steady = new Histogram(DIGITS);
    private final BitSet answered = new BitSet();
    private long doubled;
    private long lastNanos;

    LatencyLog(Pace pace, double warmUpSeconds) {
        this.pace = pace;
        this.warmUpNanos = (long) (warmUpSeconds * 1e9);
        this.steadyUntilNanos = (long) (pace.phases().get(0).seconds() * 1e9);
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
            longestGaps.add(0L);
        }
        windows.get(window).recordValue(latency);
        if (nanos >= warmUpNanos && nanos < steadyUntilNanos) {
            steady.recordValue(latency);
        }
        if (nanos - lastNanos > longestGaps.get(window)) {
            longestGaps.set(window, nanos - lastNanos);
        }
        lastNanos = nanos;
        doubled += answered.get((int) row) ? 1 : 0;
        answered.set((int) row);
    }

    /** Writes what there is to know, for {@link LatencyResult}. */
    void write(Path file, int versions, long misversioned) throws IOException {
        var lines = new ArrayList<String>();
        lines.add(
                "rows %d %d %d %d %d"
                        .formatted(
                                answered.length(),
                                answered.length() - answered.cardinality(),
                                doubled,
                                versions,
                                misversioned));
        lines.add("steady " + of(steady, Collections.max(longestGaps)));
        for (int window = 0; window < windows.size(); window++) {
            lines.add("window " + of(windows.get(window), longestGaps.get(window)));
        }
        Files.write(file, lines);
    }

    private static String of(Histogram histogram, long longestGapNanos) {
        var text = new StringBuilder(Long.toString(histogram.getTotalCount()));
        for (double percentile : PERCENTILES) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            " %.4f",
                            histogram.getValueAtPercentile(percentile) / 1e6));
        }
        return text.append(String.format(Locale.ROOT, " %.4f", longestGapNanos / 1e6)).toString();
    }
}
