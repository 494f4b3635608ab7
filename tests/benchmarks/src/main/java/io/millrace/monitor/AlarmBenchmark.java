package io.millrace.monitor;

import static org.apache.datasketches.quantilescommon.QuantileSearchCriteria.INCLUSIVE;

import io.millrace.record.Alert;
import io.millrace.record.Distances;
import io.millrace.record.DriftReport;
import io.millrace.record.FeatureDrift;
import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import io.millrace.record.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.datasketches.kll.KllDoublesSketch;

/**
 * How right the monitor is: what it says where nothing has changed, how soon it finds what has, and
 * what a sketched reference costs in exactness; beside the rules, sketches and settings in use.
 * Rows are simulated with a fixed seed, so every figure is the same in each run but those of
 * sketches, which take chances of their own.
 */
public final class AlarmBenchmark {
    private static final int HOURS_OF_30_DAYS = 720;
    private static final int REFERENCE_ROWS = 10_000;
    private static final int NULL_ROWS = 1_000_000;
    private static final int TRIALS = 200;
    private static final int QUIET_ROWS = 2_000;
    private static final int MOST_DELAY = 10_000;
    private static final double LEAST_SHARE = 1e-4;
    private static final double P95 = 0.95;

    /** What DataSketches takes where nobody says otherwise. */
    private static final int KLL_K = 200;

    private final Random random = new Random(20_261_127);

    private AlarmBenchmark() {}

    /** {@code alarms}. */
    public static void run() {
        var benchmark = new AlarmBenchmark();
        benchmark.sketches();
        benchmark.detectors();
        benchmark.rules();
        benchmark.categories();
    }

    /** What was sampled for a reference, and what came later. */
    private record Pair(
            String name, int rows, int trials, DoubleSupplier before, DoubleSupplier after) {}

    private void sketches() {
        System.out.printf(
                Locale.ROOT,
                "A reference of numbers that are sketched, beside the same numbers exactly: 95th"
                        + " percentile of the error%n  %-34s %22s %16s %16s %22s%n",
                "",
                "PSI (exact, goal)",
                "JS (goal .003)",
                "KS (goal .003)",
                "both sides k=200: PSI");
        var pairs =
                List.of(
                        new Pair("normal, as it was", 1_000_000, 20, this::normal, this::normal),
                        new Pair(
                                "normal, a quarter further",
                                1_000_000,
                                20,
                                this::normal,
                                () -> normal() + 0.25),
                        new Pair(
                                "normal, one further",
                                10_000,
                                100,
                                this::normal,
                                () -> normal() + 1),
                        new Pair(
                                "log-normal, a third further",
                                100_000,
                                50,
                                () -> Math.exp(2 * normal()),
                                () -> Math.exp(2 * normal() + 0.3)));
        int improbable = 0;
        int improbableOfSketches = 0;
        int silent = 0;
        for (Pair pair : pairs) {
            var psi = new ArrayList<Double>();
            var js = new ArrayList<Double>();
            var ks = new ArrayList<Double>();
            var usual = new ArrayList<Double>();
            double exactPsi = 0;
            for (int trial = 0; trial < pair.trials; trial++) {
                double[] before = sample(pair.rows, pair.before);
                double[] after = sample(pair.rows, pair.after);
                Distances exact =
                        distances(NumericReference.of("f0", Role.FEATURE, before, 0), after);
                Distances sketched = distances(sketched(before), after);
                exactPsi += exact.psi() / pair.trials;
                psi.add(Math.abs(sketched.psi() - exact.psi()));
                js.add(Math.abs(sketched.jensenShannon() - exact.jensenShannon()));
                ks.add(Math.abs(sketched.ks() - exact.ks()));
                var usually = new TwoSketches(before, after);
                usual.add(Math.abs(usually.psi() - exact.psi()));
                if (pair.name.equals("normal, as it was")) {
                    silent++;
                    improbable += sketched.ksP() < 0.01 ? 1 : 0;
                    improbableOfSketches += usually.ksP() < 0.01 ? 1 : 0;
                }
            }
            double goal = Math.max(0.0025, 0.015 * exactPsi);
            System.out.printf(
                    Locale.ROOT,
                    "  %-34s %7.5f (%.4f, %.4f) %16.5f %16.5f %22.5f%n",
                    "%s, %,d rows".formatted(pair.name, pair.rows),
                    high(psi),
                    exactPsi,
                    goal,
                    high(js),
                    high(ks),
                    high(usual));
        }
        System.out.printf(
                Locale.ROOT,
                "  a KS p below .01 of what is as it was: %d of %d (goal 0); of two sketches with"
                        + " k=200, as they are: %d%n%n",
                improbable,
                silent,
                improbableOfSketches);
    }

    private static NumericReference sketched(double[] values) {
        var sketch = KllDoublesSketch.newHeapInstance(NumberSample.K);
        var moments = new Moments();
        for (double value : values) {
            sketch.update(value);
            moments.add(value);
        }
        return SketchedNumbers.reference(DriftBenchmark.watched(0), sketch, moments, 0);
    }

    private static Distances distances(NumericReference reference, double[] after) {
        var layout =
                CountLayout.of(
                        List.of(DriftBenchmark.watched(0)),
                        ReferenceProfile.of("m", "1", List.of(reference)));
        var counts = new Counts(layout);
        ScoreRows rows = layout.rows();
        for (double value : after) {
            rows.add(DriftBenchmark.score(value));
            if (rows.isFull()) {
                layout.count(rows, counts);
                rows.clear();
            }
        }
        layout.count(rows, counts);
        return new Comparison(layout, DriftBenchmark.RULE)
                .compare(counts, null)
                .get(0)
                .fromReference();
    }

    /** Two sketches of a default size, compared as if they were exact. */
    private static final class TwoSketches {
        private final KllDoublesSketch before = KllDoublesSketch.newHeapInstance(KLL_K);
        private final KllDoublesSketch after = KllDoublesSketch.newHeapInstance(KLL_K);

        TwoSketches(double[] before, double[] after) {
            Arrays.stream(before).forEach(this.before::update);
            Arrays.stream(after).forEach(this.after::update);
        }

        double psi() {
            double[] edges = new double[9];
            Arrays.setAll(edges, i -> before.getQuantile((i + 1) / 10.0, INCLUSIVE));
            double[] expected = before.getPMF(edges, INCLUSIVE);
            double[] actual = after.getPMF(edges, INCLUSIVE);
            double psi = 0;
            for (int bin = 0; bin < expected.length; bin++) {
                double p = Math.max(LEAST_SHARE, expected[bin]);
                double q = Math.max(LEAST_SHARE, actual[bin]);
                psi += (q - p) * Math.log(q / p);
            }
            return psi;
        }

        double ksP() {
            double largest = 0;
            for (int i = 1; i < 1_000; i++) {
                double value = before.getQuantile(i / 1_000.0, INCLUSIVE);
                largest =
                        Math.max(
                                largest,
                                Math.abs(
                                        before.getRank(value, INCLUSIVE)
                                                - after.getRank(value, INCLUSIVE)));
            }
            return Kolmogorov.p(largest, before.getN(), after.getN());
        }
    }

    /** What a detector gets. */
    private enum Gets {
        AS_IS,
        STANDARDISED,
        NORMAL_SCORES
    }

    private record Watcher(String name, Gets gets, Supplier<Detector> start) {}

    private static final List<Watcher> OF_NUMBERS =
            List.of(
                    new Watcher(
                            "ADWIN of normal scores",
                            Gets.NORMAL_SCORES,
                            () -> new Adwin(SignalDetectors.USUAL_DELTA)),
                    new Watcher(
                            "ADWIN as river has it",
                            Gets.STANDARDISED,
                            () -> new Adwin(SignalDetectors.USUAL_DELTA)),
                    new Watcher(
                            "KSWIN of normal scores",
                            Gets.NORMAL_SCORES,
                            () -> new Kswin(Kswin.Settings.DEFAULT)),
                    new Watcher(
                            "Page-Hinkley of normal scores",
                            Gets.NORMAL_SCORES,
                            AlarmBenchmark::pageHinkley),
                    new Watcher(
                            "Page-Hinkley as river has it",
                            Gets.AS_IS,
                            AlarmBenchmark::pageHinkley));

    private static final List<Watcher> OF_DECISIONS =
            List.of(
                    new Watcher(
                            "ADWIN", Gets.AS_IS, () -> new Adwin(SignalDetectors.DECISIONS_DELTA)),
                    new Watcher(
                            "ADWIN as river has it",
                            Gets.AS_IS,
                            () -> new Adwin(SignalDetectors.USUAL_DELTA)),
                    new Watcher("DDM", Gets.AS_IS, Ddm::new),
                    new Watcher("EDDM", Gets.AS_IS, () -> new Eddm(Eddm.Settings.DEFAULT)),
                    new Watcher("HDDM_A", Gets.AS_IS, () -> new HddmA(false)),
                    new Watcher("HDDM_W", Gets.AS_IS, () -> new HddmW(false)),
                    new Watcher(
                            "Page-Hinkley standardised",
                            Gets.STANDARDISED,
                            AlarmBenchmark::pageHinkley),
                    new Watcher(
                            "Page-Hinkley as river has it",
                            Gets.AS_IS,
                            AlarmBenchmark::pageHinkley));

    private static Detector pageHinkley() {
        return new PageHinkley(PageHinkley.Settings.DEFAULT);
    }

    private void detectors() {
        System.out.printf(
                Locale.ROOT,
                """
                Detectors of numbers: false alarms in 100,000 rows (goal .1); rows until a shift is found (goal 180, 60)
                  %-30s %10s %10s %10s %10s %14s %10s
                """,
                "",
                "normal",
                "log-normal",
                "t2",
                "spiky",
                "half a sigma",
                "one");
        for (Watcher watcher : OF_NUMBERS) {
            System.out.printf(
                    Locale.ROOT,
                    "  %-30s %10.2f %10.2f %10.2f %10.2f %14s %10s%n",
                    watcher.name,
                    falseAlarms(watcher, this::normal),
                    falseAlarms(watcher, () -> Math.exp(1.5 * normal())),
                    falseAlarms(watcher, this::studentOfTwo),
                    falseAlarms(watcher, () -> random.nextInt(1_000) == 0 ? 50 : normal()),
                    delay(watcher, this::normal, () -> normal() + 0.5),
                    delay(watcher, this::normal, () -> normal() + 1));
        }
        System.out.printf(
                Locale.ROOT,
                """
                Detectors of wrong decisions, one in ten: the same; rows until two and four in ten are found (goal 330, 75)
                  %-30s %10s %14s %14s
                """,
                "",
                "false",
                "two in ten",
                "four in ten");
        for (Watcher watcher : OF_DECISIONS) {
            System.out.printf(
                    Locale.ROOT,
                    "  %-30s %10.2f %14s %14s%n",
                    watcher.name,
                    falseAlarms(watcher, () -> wrong(0.1)),
                    delay(watcher, () -> wrong(0.1), () -> wrong(0.2)),
                    delay(watcher, () -> wrong(0.1), () -> wrong(0.4)));
        }
        System.out.println();
    }

    /** A detector on its way, and what it makes of numbers. */
    private static final class Watch {
        private final Detector detector;
        private final DoubleUnaryOperator gets;

        Watch(Watcher watcher, DoubleSupplier stream) {
            detector = watcher.start.get();
            gets =
                    switch (watcher.gets) {
                        case AS_IS -> DoubleUnaryOperator.identity();
                        case STANDARDISED -> standardised(sample(REFERENCE_ROWS, stream));
                        case NORMAL_SCORES ->
                                new NormalScores(
                                                NumericReference.of(
                                                        "f0",
                                                        Role.FEATURE,
                                                        sample(REFERENCE_ROWS, stream),
                                                        0))
                                        ::of;
                    };
        }

        private static DoubleUnaryOperator standardised(double[] reference) {
            var moments = new Moments();
            Arrays.stream(reference).forEach(moments::add);
            return value -> (value - moments.mean()) / moments.std();
        }

        boolean alarms(double value) {
            return detector.update(gets.applyAsDouble(value)) == Detector.Level.ALARM;
        }
    }

    private static double falseAlarms(Watcher watcher, DoubleSupplier stream) {
        var watch = new Watch(watcher, stream);
        int alarms = 0;
        for (int row = 0; row < NULL_ROWS; row++) {
            alarms += watch.alarms(stream.getAsDouble()) ? 1 : 0;
        }
        return alarms * 1e5 / NULL_ROWS;
    }

    /** The mean of the rows until the first alarm after the change; how often there was none. */
    private static String delay(Watcher watcher, DoubleSupplier before, DoubleSupplier after) {
        double sum = 0;
        int found = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            var watch = new Watch(watcher, before);
            for (int row = 0; row < QUIET_ROWS; row++) {
                watch.alarms(before.getAsDouble());
            }
            for (int row = 1; row <= MOST_DELAY; row++) {
                if (watch.alarms(after.getAsDouble())) {
                    sum += row;
                    found++;
                    break;
                }
            }
        }
        return found == TRIALS
                ? String.format(Locale.ROOT, "%.0f", sum / found)
                : String.format(Locale.ROOT, "in %d of %d", found, TRIALS);
    }

    /** When a feature of a window counts as drifted. */
    private record Rule(String name, Predicate<Distances> flags) {}

    private static final List<Rule> IN_USE =
            List.of(
                    new Rule("W1 / std > .1", from -> from.wassersteinNormed() > 0.1),
                    new Rule("PSI > .1", from -> from.psi() > 0.1),
                    new Rule("JS > .1", from -> from.jensenShannon() > 0.1),
                    new Rule("KS p < .05", from -> from.ksP() < 0.05));

    private void rules() {
        int features = 200;
        var month = new Windows(features);
        var flagged = new int[IN_USE.size()];
        int incidents = 0;
        for (int hour = 0; hour < HOURS_OF_30_DAYS; hour++) {
            var report = month.next(200, 0);
            for (FeatureDrift feature : report.features()) {
                for (int rule = 0; rule < flagged.length; rule++) {
                    flagged[rule] += IN_USE.get(rule).flags.test(feature.fromReference()) ? 1 : 0;
                }
            }
            incidents += month.raised(report);
        }
        int found = 0;
        var foundByRule = new int[IN_USE.size()];
        for (int trial = 0; trial < TRIALS; trial++) {
            var windows = new Windows(1);
            boolean isFound = false;
            var isFoundByRule = new boolean[IN_USE.size()];
            for (int window = 0; window < 6; window++) {
                var report = windows.next(1_000, 0.25);
                isFound |= windows.raised(report) > 0;
                for (int rule = 0; rule < isFoundByRule.length; rule++) {
                    isFoundByRule[rule] |=
                            IN_USE.get(rule).flags.test(report.features().get(0).fromReference());
                }
            }
            found += isFound ? 1 : 0;
            for (int rule = 0; rule < isFoundByRule.length; rule++) {
                foundByRule[rule] += isFoundByRule[rule] ? 1 : 0;
            }
        }
        System.out.printf(
                Locale.ROOT,
                """
                %d features that do not drift, in %d hours of 200 rows; a shift of a quarter of a deviation, within six windows of 1,000 rows
                  %-30s %14s %20s
                """,
                features,
                HOURS_OF_30_DAYS,
                "",
                "false alerts",
                "shifts found");
        sayRule("Millrace's rule: incidents (goal 1, 95 %)", incidents, found);
        for (int rule = 0; rule < flagged.length; rule++) {
            sayRule(
                    IN_USE.get(rule).name + ": features of windows",
                    flagged[rule],
                    foundByRule[rule]);
        }
        System.out.println();
    }

    private static void sayRule(String name, int alerts, int found) {
        System.out.printf(
                Locale.ROOT, "  %-48s %,10d %12d %%%n", name, alerts, 100 * found / TRIALS);
    }

    /** Numbers that are normal in their reference, window after window. */
    private final class Windows {
        private final CountLayout layout;
        private final Incidents incidents = new Incidents(DriftBenchmark.RULE);
        private final double[] row;
        private IncidentState state = IncidentState.NONE;
        private long now;

        Windows(int features) {
            List<Watched> watched =
                    IntStream.range(0, features).mapToObj(DriftBenchmark::watched).toList();
            List<FeatureReference> references = new ArrayList<>();
            for (Watched one : watched) {
                double[] sample = sample(REFERENCE_ROWS, AlarmBenchmark.this::normal);
                references.add(NumericReference.of(one.name(), Role.FEATURE, sample, 0));
            }
            layout = CountLayout.of(watched, ReferenceProfile.of("model", "1", references));
            row = new double[features];
        }

        DriftReport next(int rows, double shift) {
            var counts = new Counts(layout);
            for (int i = 0; i < rows; i++) {
                Arrays.setAll(row, feature -> normal() + shift);
                layout.count(DriftBenchmark.score(row), counts);
            }
            now++;
            return report(
                    now, rows, new Comparison(layout, DriftBenchmark.RULE).compare(counts, null));
        }

        /** How many incidents the report begins. */
        int raised(DriftReport report) {
            var step = incidents.apply(state, report);
            state = step.state();
            return (int)
                    step.alerts().stream()
                            .filter(alert -> alert.state() == Alert.State.RAISED)
                            .count();
        }
    }

    private void categories() {
        int rows = 50_000;
        int ids = 10_000;
        double[] cumulated = zipf(ids, 1.1);
        Map<String, Long> before = new HashMap<>();
        for (int row = 0; row < rows; row++) {
            before.merge(Integer.toString(draw(cumulated)), 1L, Long::sum);
        }
        var watched = new Watched("id", Role.FEATURE, Kind.CATEGORICAL, 0);
        var reference = CategoryReference.of("id", Role.FEATURE, before, 0);
        var layout =
                CountLayout.of(
                        List.of(watched), ReferenceProfile.of("model", "1", List.of(reference)));
        var same = new Counts(layout);
        var hit = new Counts(layout);
        Map<String, Long> after = new HashMap<>();
        for (int row = 0; row < rows; row++) {
            int id = draw(cumulated);
            after.merge(Integer.toString(id), 1L, Long::sum);
            layout.count(DriftBenchmark.score(new double[] {id}), same);
            boolean isNew = random.nextInt(100) < 3;
            layout.count(DriftBenchmark.score(new double[] {isNew ? ids + 1 : id}), hit);
        }
        FeatureDrift quiet = new Comparison(layout, DriftBenchmark.RULE).compare(same, null).get(0);
        FeatureDrift loud = new Comparison(layout, DriftBenchmark.RULE).compare(hit, null).get(0);
        System.out.printf(
                Locale.ROOT,
                """
                A category of %,d values (Zipf, 1.1), %,d rows twice
                  the same source: causes %s, PSI %.4f; over all values %.4f
                  a new value in 3 of 100 rows: causes %s in one window
                """,
                ids,
                rows,
                quiet.causes(),
                quiet.fromReference().psi(),
                psiOverAll(before, after),
                loud.causes());
    }

    private static double[] zipf(int values, double exponent) {
        double[] cumulated = new double[values];
        double sum = 0;
        for (int i = 0; i < values; i++) {
            sum += Math.pow(i + 1.0, -exponent);
            cumulated[i] = sum;
        }
        return cumulated;
    }

    private int draw(double[] cumulated) {
        double at = random.nextDouble() * cumulated[cumulated.length - 1];
        int found = Arrays.binarySearch(cumulated, at);
        return found < 0 ? -found - 1 : found;
    }

    private static double psiOverAll(Map<String, Long> before, Map<String, Long> after) {
        Map<String, Long> all = new HashMap<>(before);
        all.putAll(after);
        return Divergence.of(counts(before, all), counts(after, all)).psi();
    }

    private static long[] counts(Map<String, Long> of, Map<String, Long> all) {
        return all.keySet().stream().mapToLong(value -> of.getOrDefault(value, 0L)).toArray();
    }

    private double normal() {
        return random.nextGaussian();
    }

    /** Student's t of two degrees of freedom, whose variance is infinite. */
    private double studentOfTwo() {
        return normal() / Math.sqrt(-Math.log(1 - random.nextDouble()));
    }

    private double wrong(double share) {
        return random.nextDouble() < share ? 1 : 0;
    }

    private static double[] sample(int rows, DoubleSupplier source) {
        double[] values = new double[rows];
        Arrays.setAll(values, row -> source.getAsDouble());
        return values;
    }

    /** The error that 19 of 20 are not above. */
    private static double high(List<Double> errors) {
        double[] sorted = errors.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[(int) Math.ceil(P95 * sorted.length) - 1];
    }

    private static DriftReport report(long end, int rows, List<FeatureDrift> features) {
        return new DriftReport(
                end - 1,
                end,
                0,
                "model",
                "1",
                "",
                rows,
                new Reference("sha256:1", ""),
                DriftReport.Status.COMPARED,
                "",
                0,
                1,
                features,
                List.of());
    }
}
