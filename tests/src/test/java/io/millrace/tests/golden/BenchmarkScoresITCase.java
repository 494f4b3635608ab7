package io.millrace.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.jobs.local.LocalKafka;
import io.millrace.spec.PipelineSpec;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The published benchmark from Kafka through the whole pipeline to Kafka: its features, to the bit,
 * and its models' scores.
 */
class BenchmarkScoresITCase {
    private static final double SCORE_TOLERANCE = 1e-6;

    @TempDir private static Path folder;

    private static @Nullable PublishedBenchmark benchmark;
    private static @Nullable LocalKafka kafka;
    private static int transactions;

    @BeforeAll
    static void publish() throws Exception {
        benchmark = PublishedBenchmark.found().orElse(null);
        if (benchmark != null) {
            kafka = LocalKafka.start(folder.resolve("kafka"), Map.of());
            transactions = BenchmarkTopics.publish(benchmark, kafka);
        }
    }

    @AfterAll
    static void stop() {
        if (kafka != null) {
            kafka.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lr", "xgb"})
    void theLastWeekOfJulyHasThePublishedFeaturesAndScores(String model) throws Exception {
        if (benchmark == null || kafka == null) {
            System.out.println(
                    "NOT RUN: scores of the published benchmark ("
                            + model
                            + "); MILLRACE_DATA must name the folder that holds fraud/");
            return;
        }
        Path registry = benchmark.register(model, folder.resolve("models"));
        PipelineSpec spec = BenchmarkTopics.pipeline(model, registry, kafka);
        Map<Long, GoldenRun.Scored> scored =
                GoldenRun.of(spec, kafka, folder.resolve(model), transactions);
        scored.values().removeIf(row -> row.eventTime().compareTo("2018-07-25") < 0);

        Map<Long, double[]> features = new HashMap<>();
        scored.forEach((id, row) -> features.put(id, row.features()));
        PublishedBenchmark.assertSameBits(features, benchmark.expectedFeatures());
        Map<Long, Double> scores = benchmark.expectedScores(model);
        assertThat(scored.keySet()).isEqualTo(scores.keySet());
        for (var row : scored.entrySet()) {
            assertThat(row.getValue().score())
                    .as("score of transaction %d", row.getKey())
                    .isCloseTo(scores.get(row.getKey()), within(SCORE_TOLERANCE));
        }
    }
}
