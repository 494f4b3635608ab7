package io.millrace.monitor;

import io.millrace.benchmarks.Median;
import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import io.millrace.record.Origin;
import io.millrace.record.Score;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.datasketches.kll.KllDoublesSketch;

/**
 * What the monitor's cores cost in one thread: counting a feature's value beside the update of a
 * sketch of DataSketches, a detector's step, closing a window, and the memory of counts and of a
 * reference. CPU time of the thread; the figures of a benchmark are medians of its rounds.
 */
public final class DriftBenchmark {
    private static final int ROUNDS = 5;
    private static final int ROWS = 4_096;
    private static final int PASSES = 300;
    private static final int FEATURES = 15;
    private static final int MANY = 1_000;
    private static final int REFERENCE_ROWS = 20_000;

    /** What DataSketches takes where nobody says otherwise. */
    private static final int KLL_K = 200;

    private static final double ADWIN_DELTA = 0.002;
    static final DriftRule RULE = new DriftRule(200, 0.01, 0.06, 0.05, 0.01, 0.02, 2, 3, 24);

    private DriftBenchmark() {}

    /** Something that is done to all values of all rows. */
    private interface Pass {
        void run(double[][] rows);
    }

    /** {@code drift}. */
    public static void run() {
        double[][] rows = rows(FEATURES);
        System.out.printf(
                Locale.ROOT,
                "  %-52s %10s %12s%n",
                "million values a second, one core",
                "",
                "goal");
        double counted = say("counts, moments, range, missing", counting(rows), rows, "10");
        double sketched = say("one KLL sketch of DataSketches each, k=200", sketching(), rows, "");
        say("one ADWIN each, of standardised values", detecting(), rows, "1");
        System.out.printf(
                Locale.ROOT, "  counting is %.1f x as fast as the sketch%n%n", counted / sketched);
        closing();
    }

    private static double say(String what, Pass pass, double[][] rows, String goal) {
        var rates = new ArrayList<Double>();
        pass.run(rows);
        for (int round = 0; round < ROUNDS; round++) {
            long before = cpuNanos();
            pass.run(rows);
            double values = (double) PASSES * rows.length * rows[0].length;
            rates.add(values * 1e3 / (cpuNanos() - before));
        }
        double rate = Median.of(rates, one -> one);
        System.out.printf(Locale.ROOT, "    %-50s %10.1f %12s%n", what, rate, goal);
        return rate;
    }

    /** As the operator of panes counts scores. */
    private static Pass counting(double[][] rows) {
        CountLayout layout = layout(FEATURES);
        Score[] scores = Arrays.stream(rows).map(DriftBenchmark::score).toArray(Score[]::new);
        ScoreRows together = layout.rows();
        return ignored -> {
            var counts = new Counts(layout);
            for (int pass = 0; pass < PASSES; pass++) {
                for (Score score : scores) {
                    counts.sample(score);
                    together.add(score);
                    if (together.isFull()) {
                        layout.count(together, counts);
                        together.clear();
                    }
                }
            }
            require(counts.rows() == (long) PASSES * scores.length);
        };
    }

    private static Pass sketching() {
        return rows -> {
            var sketches = new KllDoublesSketch[rows[0].length];
            Arrays.setAll(sketches, i -> KllDoublesSketch.newHeapInstance(KLL_K));
            for (int pass = 0; pass < PASSES; pass++) {
                for (double[] row : rows) {
                    for (int i = 0; i < row.length; i++) {
                        sketches[i].update(row[i]);
                    }
                }
            }
            require(sketches[0].getN() == (long) PASSES * rows.length);
        };
    }

    private static Pass detecting() {
        List<NumericReference> references = references(FEATURES);
        return rows -> {
            var detectors = new Adwin[rows[0].length];
            Arrays.setAll(detectors, i -> new Adwin(ADWIN_DELTA));
            long alarms = 0;
            for (int pass = 0; pass < PASSES; pass++) {
                for (double[] row : rows) {
                    for (int i = 0; i < row.length; i++) {
                        NumericReference reference = references.get(i);
                        Detector.Level level =
                                detectors[i].update(
                                        (row[i] - reference.mean()) / reference.scale());
                        alarms += level == Detector.Level.ALARM ? 1 : 0;
                    }
                }
            }
            require(alarms < (long) rows.length * PASSES);
        };
    }

    private static void closing() {
        CountLayout layout = layout(MANY);
        var current = new Counts(layout);
        var previous = new Counts(layout);
        for (double[] row : rows(MANY)) {
            layout.count(score(row), current);
            layout.count(score(row), previous);
        }
        var millis = new ArrayList<Double>();
        for (int round = 0; round < 4 * ROUNDS; round++) {
            long before = cpuNanos();
            var features = new Comparison(layout, RULE).compare(current, previous);
            millis.add((cpuNanos() - before) / 1e6);
            require(features.size() == layout.series().size());
        }
        double first = millis.get(0);
        System.out.printf(
                Locale.ROOT,
                "  a window of %,d features is closed in %.0f ms, the first one in %.0f ms (goal"
                        + " 100)%n",
                MANY,
                Median.of(millis, one -> one),
                first);
        double bytes =
                8.0
                        * (current.cells().length + 2 * layout.series().size())
                        / layout.series().size();
        System.out.printf(
                Locale.ROOT,
                "  counts take %,.0f bytes a feature, segment and pane (goal 1,500); %,d features"
                        + " in 24 panes %.1f MB (goal 36)%n",
                bytes,
                MANY,
                24 * MANY * bytes / 1e6);
        int profile =
                ReferenceProfile.of("model", "1", new ArrayList<>(references(MANY))).json().length;
        System.out.printf(
                Locale.ROOT,
                "  a feature's reference takes %,d bytes in its profile (goal 25,000)%n",
                profile / MANY);
    }

    private static CountLayout layout(int features) {
        List<NumericReference> references = references(features);
        List<Watched> watched =
                IntStream.range(0, features).mapToObj(DriftBenchmark::watched).toList();
        return CountLayout.of(
                watched, ReferenceProfile.of("model", "1", new ArrayList<>(references)));
    }

    static Watched watched(int feature) {
        return new Watched("f" + feature, Role.FEATURE, Kind.NUMERIC, feature);
    }

    private static List<NumericReference> references(int features) {
        return IntStream.range(0, features)
                .mapToObj(
                        feature -> {
                            var random = new SplittableRandom(feature);
                            double[] values =
                                    IntStream.range(0, REFERENCE_ROWS)
                                            .mapToDouble(row -> value(feature, random))
                                            .toArray();
                            return NumericReference.of("f" + feature, Role.FEATURE, values, 0);
                        })
                .toList();
    }

    private static double[][] rows(int features) {
        var random = new SplittableRandom(1);
        var rows = new double[ROWS][features];
        for (double[] row : rows) {
            Arrays.setAll(row, feature -> value(feature, random));
        }
        return rows;
    }

    /** An amount, a count, or a risk that is mostly none. */
    private static double value(int feature, SplittableRandom random) {
        double normal = random.nextGaussian();
        return switch (feature % 3) {
            case 0 -> Math.rint(100 * Math.exp(3 + 1.2 * normal)) / 100;
            case 1 -> random.nextInt(100);
            default -> random.nextInt(20) == 0 ? random.nextDouble() : 0;
        };
    }

    static Score score(double... features) {
        return new Score(
                new Origin("events", 0, 0, 0, null, new byte[0]),
                "event",
                0,
                "card",
                "",
                "model",
                "1",
                "sha256:1",
                Score.Route.CHAMPION,
                0.5,
                List.of(),
                "approve",
                features,
                new int[0],
                1);
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** That something was done keeps the compiler from leaving it out. */
    private static void require(boolean isTrue) {
        if (!isTrue) {
            throw new IllegalStateException("the benchmark has not done what it measures");
        }
    }
}
