package io.millrace.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.inference.RowScorer;
import io.millrace.monitor.ProfileBuilder;
import io.millrace.registry.ModelRegistry;
import io.millrace.spec.PipelineSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.util.FileUtils;

/**
 * A model whose reference profile is of the benchmark's own rows: what a job scores mostly looks
 * like what its model was trained on.
 */
final class ProfiledModel {
    private static final int ROWS = 100_000;

    private ProfiledModel() {}

    /** A copy of a registry, with room for the profile. */
    static Path copy(Path registry, String model, Path folder) throws IOException {
        Path copy = folder.resolve("profiled");
        FileUtils.copy(path(registry.resolve(model)), path(copy.resolve(model)), false);
        return copy;
    }

    private static org.apache.flink.core.fs.Path path(Path path) {
        return new org.apache.flink.core.fs.Path(path.toUri());
    }

    /** Registers the profile of the rows; labels are as likely as the model says. */
    static void profile(ScoringInput input, PipelineSpec spec, ModelRegistry registry, Path folder)
            throws IOException {
        var version = registry.require(spec.model().name(), spec.model().alias());
        var random = new SplittableRandom(ROWS);
        var decision = spec.decision();
        var builder = new ProfileBuilder(spec);
        try (var scorer =
                new RowScorer(
                        registry,
                        version,
                        score ->
                                builder.add(
                                        score,
                                        score >= decision.threshold()
                                                ? decision.atOrAbove()
                                                : decision.below(),
                                        random.nextDouble() < score ? 1 : 0,
                                        ""))) {
            for (double[] features : features(input)) {
                builder.add(features, "");
                scorer.add(features);
            }
            scorer.flush();
        }
        Files.write(
                folder.resolve(Path.of(version.name(), version.version(), "profile.json")),
                builder.build(version.name(), version.version()).json());
    }

    /** What the model takes of some rows. */
    private static List<double[]> features(ScoringInput input) throws IOException {
        var json = new ObjectMapper();
        var windows = new WindowedRows();
        boolean isWindowed = input == ScoringInput.WINDOWED_TRANSACTIONS;
        int first = isWindowed ? WindowedRows.FULL : 0;
        List<double[]> features = new ArrayList<>(ROWS);
        for (int row = 0; row < first + ROWS; row++) {
            JsonNode columns = json.readTree(input.encode(row));
            double[] vector =
                    isWindowed
                            ? windows.next(columns)
                            : ScoringRows.FEATURES.stream()
                                    .mapToDouble(name -> columns.get(name).asDouble())
                                    .toArray();
            if (row >= first) {
                features.add(vector);
            }
        }
        return features;
    }
}
