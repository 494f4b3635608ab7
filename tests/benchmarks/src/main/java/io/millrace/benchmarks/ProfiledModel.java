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
    static void profile(PipelineSpec spec, ModelRegistry registry, Path folder) throws IOException {
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
                                        random.nextDouble() < score ? 1 : 0))) {
            for (int row = 0; row < ROWS; row++) {
                double[] features = features(row);
                builder.add(features);
                scorer.add(features);
            }
            scorer.flush();
        }
        Files.write(
                folder.resolve(Path.of(version.name(), version.version(), "profile.json")),
                builder.build(version.name(), version.version()).json());
    }

    private static double[] features(int row) throws IOException {
        JsonNode json = new ObjectMapper().readTree(ScoringRows.encode(row));
        return ScoringRows.FEATURES.stream()
                .mapToDouble(name -> json.get(name).asDouble())
                .toArray();
    }
}
