package io.millrace.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.jobs.local.LocalKafka;
import io.millrace.tests.pipeline.ReferencePipeline;
import io.millrace.tests.pipeline.SimulatedFeed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's pipeline from Kafka to Kafka, against features and scores that Python computed. */
class GoldenPipelineITCase {
    private static final double FEATURE_TOLERANCE = 1e-9;
    private static final double SCORE_TOLERANCE = 1e-6;

    @TempDir private Path folder;

    @Test
    void everyTransactionHasTheFeaturesAndTheScoreThatPythonComputed() throws Exception {
        Map<Long, double[]> expected = expected();
        try (var kafka = LocalKafka.start(folder.resolve("kafka"), Map.of())) {
            kafka.createTopic(SimulatedFeed.TRANSACTIONS, SimulatedFeed.PARTITIONS);
            kafka.createTopic(SimulatedFeed.LABELS, SimulatedFeed.PARTITIONS);
            try (var feed =
                    new SimulatedFeed(kafka.bootstrapServers(), GoldenHistoryTest.CONFIG, 0)) {
                feed.publish(Integer.MAX_VALUE);
                feed.publishClosing();
            }
            Map<Long, GoldenRun.Scored> scored =
                    GoldenRun.of(ReferencePipeline.on(kafka), kafka, folder, expected.size());

            assertThat(scored.keySet()).isEqualTo(expected.keySet());
            for (var row : scored.entrySet()) {
                double[] numbers = expected.get(row.getKey());
                int features = numbers.length - 1;
                assertThat(row.getValue().features())
                        .as("features of transaction %d", row.getKey())
                        .containsExactly(
                                Arrays.copyOf(numbers, features), within(FEATURE_TOLERANCE));
                assertThat(row.getValue().score())
                        .as("score of transaction %d", row.getKey())
                        .isCloseTo(numbers[features], within(SCORE_TOLERANCE));
            }
        }
    }

    /** By transaction id: the features in model order, then the score. */
    private static Map<Long, double[]> expected() throws IOException {
        Map<Long, double[]> expected = new HashMap<>();
        for (String line : GoldenHistoryTest.rows("expected")) {
            String[] cells = line.split(",", -1);
            expected.put(
                    Long.parseLong(cells[0]),
                    Arrays.stream(cells, 1, cells.length)
                            .mapToDouble(Double::parseDouble)
                            .toArray());
        }
        return expected;
    }
}
