package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.DeadLetter;
import io.millrace.record.FeatureVector;
import io.millrace.record.Score;
import io.millrace.record.Score.Route;
import io.millrace.registry.RegistryAddress;
import io.millrace.spec.BatchSpec;
import io.millrace.spec.FallbackSpec;
import io.millrace.spec.ModelSpec.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What answers a row that the version of its time cannot. */
class FallbackTest {
    private static final int BATCH_ROWS = 4;

    @TempDir private Path registry;

    private final Announcements announced = Announcements.none();

    @BeforeEach
    void register() throws Exception {
        Registries.register(registry, "sum", "1", Models.file("sum"), List.of("1,2,3"));
        Registries.register(registry, "sum", "2", Models.file("picky"), List.of("1,2,0.3"));
        Registries.register(registry, "sum", "3", Models.file("log"), List.of("1,0,0"));
        announce("2", "picky", 10);
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(ModelHost.hosted()).as("models that are still loaded").isZero();
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void theVersionBeforeAnswersAndSaysWhy(Run run) throws Exception {
        try (var harness = harness(run, new FallbackSpec(true, null))) {
            process(harness, 3, 1_000, 2);
            harness.processWatermark(30);
            harness.endInput();

            assertThat(harness.extractOutputValues())
                    .extracting(Score::eventId, Score::modelVersion, Score::route, Score::value)
                    .containsExactlyInAnyOrder(
                            Tuple.tuple("event-1", "2", Route.CHAMPION, (double) 0.3f),
                            Tuple.tuple("event-2", "1", Route.FALLBACK, 1_000.0),
                            Tuple.tuple("event-3", "2", Route.CHAMPION, (double) 0.2f));
            assertThat(harness.extractOutputValues())
                    .filteredOn(score -> score.route() == Route.FALLBACK)
                    .extracting(Score::because)
                    .singleElement()
                    .asString()
                    .startsWith("sum/2: The model failed on this row: ");
            assertThat(harness.getSideOutput(DeadLetter.TAG)).isNull();
            assertThat(harness.getOutput()).last().isEqualTo(new Watermark(30));
        }
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void theConstantAnswersInTheNameOfTheVersionThatCouldNot(Run run) throws Exception {
        try (var harness = harness(run, new FallbackSpec(false, 0.75))) {
            process(harness, 1_000, 3);
            harness.endInput();

            assertThat(harness.extractOutputValues())
                    .extracting(
                            Score::eventId,
                            Score::modelVersion,
                            Score::route,
                            Score::value,
                            Score::decision)
                    .containsExactlyInAnyOrder(
                            Tuple.tuple("event-1", "2", Route.FALLBACK, 0.75, "review"),
                            Tuple.tuple("event-2", "2", Route.CHAMPION, (double) 0.3f, "approve"));
            assertThat(harness.getSideOutput(DeadLetter.TAG)).isNull();
        }
    }

    @Test
    void theConstantAnswersWhatTheVersionBeforeCannotEither() throws Exception {
        announce("3", "log", 20);
        try (var harness = harness(Run.IN_TASK, new FallbackSpec(true, 0.75))) {
            // No logarithm of zero or less is finite; the table ends at 3, and its last row is -1.
            process(harness, 0, 0, -1, -1_000);
            harness.endInput();

            assertThat(harness.extractOutputValues())
                    .extracting(Score::eventId, Score::modelVersion, Score::route, Score::value)
                    .containsExactlyInAnyOrder(
                            Tuple.tuple("event-1", "2", Route.CHAMPION, 0.0),
                            Tuple.tuple("event-2", "2", Route.FALLBACK, 0.0),
                            Tuple.tuple("event-3", "2", Route.FALLBACK, (double) 0.3f),
                            Tuple.tuple("event-4", "3", Route.FALLBACK, 0.75));
        }
    }

    @Test
    void withoutAVersionBeforeARowIsADeadLetter() throws Exception {
        Files.delete(registry.resolve("sum/1/metadata.json"));
        try (var harness = harness(Run.IN_TASK, new FallbackSpec(true, null))) {
            process(harness, 1_000, 3);
            harness.endInput();

            assertThat(harness.extractOutputValues())
                    .extracting(Score::eventId)
                    .containsExactly("event-2");
            assertThat(harness.getSideOutput(DeadLetter.TAG))
                    .singleElement()
                    .satisfies(
                            record ->
                                    assertThat(record.getValue().detail())
                                            .startsWith("sum/2: The model failed on this row: "));
        }
    }

    private void announce(String version, String model, long fromMillis) {
        announced.announce("sum", version, Registries.digest(Models.file(model)), fromMillis);
    }

    private OneInputStreamOperatorTestHarness<FeatureVector, Score> harness(
            Run run, FallbackSpec fallback) throws Exception {
        var config =
                new InferenceConfig(
                        RegistryAddress.directory(registry),
                        new InferenceConfig.PinnedVersion(
                                "sum", "1", Registries.digest(Models.file("sum"))),
                        announced,
                        BatchSpec.fixed(BATCH_ROWS, Duration.ofMillis(10)),
                        run,
                        Models.LONG_MILLIS,
                        0.5,
                        "review",
                        "approve",
                        ModelDevice.PROCESSOR,
                        fallback,
                        null);
        var harness =
                new OneInputStreamOperatorTestHarness<FeatureVector, Score>(
                        new InferenceOperatorFactory(config));
        harness.open();
        return harness;
    }

    /** Rows 1, 2 and so on, whose first feature is given. */
    private static void process(
            OneInputStreamOperatorTestHarness<FeatureVector, Score> harness, double... features)
            throws Exception {
        for (int row = 1; row <= features.length; row++) {
            harness.processElement(Models.vector(row, features[row - 1], 0), 10L * row);
        }
    }
}
