package io.millrace.monitor;

import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import io.millrace.record.Score;
import io.millrace.registry.RegistryAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** 60,000 rows of eight features, six of which drift; the first 20,000 are the reference. */
final class Covariates {
    static final int WINDOW_ROWS = 1_000;
    static final int REFERENCE_ROWS = 20_000;

    private static final List<String> CATEGORICAL = List.of("channel", "code");

    final List<String> names;
    final List<double[]> rows = new ArrayList<>();

    private Covariates(List<String> names) {
        this.names = names;
    }

    static Covariates read() {
        List<String> lines = DriftCases.lines(Path.of("covariate.csv.gz"));
        var covariates = new Covariates(List.of(lines.get(0).split(",")));
        var codes = new HashMap<String, Double>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            var row = new double[cells.length];
            for (int i = 0; i < cells.length; i++) {
                row[i] =
                        CATEGORICAL.contains(covariates.names.get(i))
                                ? codes.computeIfAbsent(cells[i], c -> (double) codes.size())
                                : cells[i].isEmpty() ? Double.NaN : Double.parseDouble(cells[i]);
            }
            covariates.rows.add(row);
        }
        return covariates;
    }

    List<Watched> watched() {
        var watched = new ArrayList<Watched>();
        for (String name : names) {
            Kind kind = CATEGORICAL.contains(name) ? Kind.CATEGORICAL : Kind.NUMERIC;
            watched.add(new Watched(name, Role.FEATURE, kind, watched.size()));
        }
        return watched;
    }

    MonitorConfig config() {
        return new MonitorConfig(
                RegistryAddress.directory(Path.of("none")),
                watched(),
                WINDOW_ROWS,
                WINDOW_ROWS,
                0,
                new DriftRule(200, 0.01, 0.06, 0.05, 0.01, 0.02, 2, 3, 1_000_000));
    }

    ReferenceProfile profile() {
        var series = new ArrayList<FeatureReference>();
        for (Watched one : watched()) {
            double[] values =
                    rows.subList(0, REFERENCE_ROWS).stream()
                            .mapToDouble(row -> row[one.place()])
                            .toArray();
            double[] valid = Arrays.stream(values).filter(Double::isFinite).toArray();
            long missing = (long) values.length - valid.length;
            series.add(
                    one.kind() == Kind.NUMERIC
                            ? NumericReference.of(one.name(), Role.FEATURE, valid, missing)
                            : CategoryReference.of(
                                    one.name(), Role.FEATURE, categories(valid), missing));
        }
        return ReferenceProfile.of("fraud", "1", series);
    }

    private static Map<String, Long> categories(double[] values) {
        var counts = new TreeMap<String, Long>();
        for (double value : values) {
            counts.merge(CategoryCounter.text(value), 1L, Long::sum);
        }
        return counts;
    }

    /** The rows after the reference; a row's number is its event time. */
    List<Score> scores() {
        var scores = new ArrayList<Score>();
        for (int row = REFERENCE_ROWS; row < rows.size(); row++) {
            scores.add(Scores.of(row, "1", row % 3 == 0 ? "third" : "", rows.get(row)));
        }
        return scores;
    }
}
