package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.record.FeatureVector;
import io.millrace.record.Score;
import io.millrace.record.Score.Route;
import io.millrace.registry.ModelRegistryException;
import io.millrace.registry.RegistryAddress;
import io.millrace.spec.BatchSpec;
import io.millrace.spec.ModelSpec.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One version after another, by event time, while rows flow. */
class ModelSwapTest {
    private static final int BATCH_ROWS = 4;

    @TempDir private Path registry;
    @TempDir private Path runs;

    private final Announcements announced = Announcements.none();
    @RegisterExtension final OpenOperators operators = new OpenOperators();

    @BeforeEach
    void register() throws Exception {
        Registries.register(registry, "sum", "1", Models.file("sum"), List.of("1,2,3"));
        Registries.register(registry, "sum", "2", Models.file("classes"), List.of("0,0,0.5"));
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void aVersionAnswersFromItsEventTimeOn(Run run) throws Exception {
        announce("2", Models.file("classes"), 30);
        var harness = harness(run);
        process(harness, 0, 6);
        harness.endInput();

        assertThat(harness.extractOutputValues())
                .extracting(Score::eventId, Score::modelVersion, Score::route)
                .containsExactly(
                        Tuple.tuple("event-0", "1", Route.CHAMPION),
                        Tuple.tuple("event-1", "1", Route.CHAMPION),
                        Tuple.tuple("event-2", "1", Route.CHAMPION),
                        Tuple.tuple("event-3", "2", Route.CHAMPION),
                        Tuple.tuple("event-4", "2", Route.CHAMPION),
                        Tuple.tuple("event-5", "2", Route.CHAMPION));
        assertThat(harness.extractOutputValues().get(2).value()).isEqualTo(2.5);
        assertThat(harness.extractOutputValues().get(3).value()).isLessThan(1);
        assertThat(harness.extractOutputValues().get(3).modelDigest())
                .isEqualTo(Registries.digest(Models.file("classes")));
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void rowsOfBothVersionsInAnyOrderKeepTheirOrder(Run run) throws Exception {
        announce("2", Models.file("classes"), 100);
        var harness = harness(run);
        int[] rows = {9, 10, 8, 11, 12, 13, 14, 7, 6, 15};
        for (int row : rows) {
            harness.processElement(Models.vector(row, row, 0.5), 10L * row);
        }
        harness.endInput();

        assertThat(harness.extractOutputValues())
                .extracting(Score::eventTimeMillis)
                .containsExactly(90L, 100L, 80L, 110L, 120L, 130L, 140L, 70L, 60L, 150L);
        for (Score score : harness.extractOutputValues()) {
            assertThat(score.modelVersion()).isEqualTo(score.eventTimeMillis() < 100 ? "1" : "2");
        }
    }

    @Test
    void whatIsAnnouncedWhileRowsFlowIsLoadedBeforeItsTimeAndTheOldVersionLeavesAfterIt()
            throws Exception {
        var harness = harness(Run.IN_TASK);
        process(harness, 0, 2);
        announce("2", Models.file("classes"), 40);
        await().until(() -> ModelHost.hosted() == 2);

        process(harness, 2, 8);
        harness.processWatermark(39);
        assertThat(ModelHost.hosted()).as("an earlier row may still come").isEqualTo(2);
        harness.processWatermark(40);
        assertThat(ModelHost.hosted()).isEqualTo(1);

        process(harness, 8, 9);
        harness.endInput();
        assertThat(harness.extractOutputValues())
                .extracting(Score::modelVersion)
                .containsExactly("1", "1", "1", "1", "2", "2", "2", "2", "2");
    }

    @Test
    void allThatIsAnnouncedAheadIsLoadedBeforeItsTime() throws Exception {
        Registries.register(registry, "sum", "3", Models.file("log"), List.of("1,0,0"));
        var harness = harness(Run.IN_TASK);
        process(harness, 0, 1);
        announce("2", Models.file("classes"), 20);
        announce("3", Models.file("log"), 40);
        await().until(() -> ModelHost.hosted() == 3);
        // Whoever had to load one now could not.
        Files.delete(registry.resolve("sum/2/metadata.json"));
        Files.delete(registry.resolve("sum/3/metadata.json"));

        process(harness, 1, 6);
        harness.endInput();
        assertThat(harness.extractOutputValues())
                .extracting(Score::modelVersion, Score::route)
                .containsExactly(
                        Tuple.tuple("1", Route.CHAMPION),
                        Tuple.tuple("1", Route.CHAMPION),
                        Tuple.tuple("2", Route.CHAMPION),
                        Tuple.tuple("2", Route.CHAMPION),
                        Tuple.tuple("3", Route.CHAMPION),
                        Tuple.tuple("3", Route.CHAMPION));
    }

    @Test
    void whatIsLoadedIsOpenedBeforeItsTime() throws Exception {
        var harness = operators.open(recorded());
        process(harness, 0, 1);
        announce("2", Models.file("classes"), 40);
        awaitOpen(harness, 2);

        process(harness, 1, 8);
        harness.processWatermark(40);
        assertThat(records()).as("the one before its time is over").isEqualTo(1);
        harness.endInput();
        assertThat(harness.extractOutputValues())
                .extracting(Score::modelVersion)
                .containsExactly("1", "1", "1", "1", "2", "2", "2", "2");
    }

    @Test
    void whatWasOpenedBeforeItsTimeAndIsRevokedIsGivenBack() throws Exception {
        var harness = operators.open(recorded());
        process(harness, 0, 1);
        announce("2", Models.file("classes"), 40);
        awaitOpen(harness, 2);
        announce("1", Models.file("sum"), 30);
        await().pollInSameThread()
                .untilAsserted(
                        () -> {
                            process(harness, 1, 2);
                            harness.processWatermark(40);
                            assertThat(records()).isEqualTo(1);
                            assertThat(ModelHost.hosted()).isEqualTo(1);
                        });
    }

    private void awaitOpen(
            OneInputStreamOperatorTestHarness<FeatureVector, Score> harness, int versions) {
        await().pollInSameThread()
                .until(
                        () -> {
                            OpenOperators.runMails(harness);
                            return records() == versions;
                        });
    }

    /** As many as there are versions open: each records its runs. */
    private long records() throws IOException {
        try (var files = Files.walk(runs)) {
            return files.filter(file -> file.toString().endsWith(RunRecord.SUFFIX)).count();
        }
    }

    @Test
    void aWatermarkDoesNotOvertakeTheRowsOfTheVersionBefore() throws Exception {
        announce("2", Models.file("classes"), 20);
        var harness = harness(Run.OFF_TASK);
        process(harness, 0, 2);
        harness.processWatermark(15);
        process(harness, 2, 4);
        harness.endInput();

        Object[] output = harness.getOutput().toArray();
        assertThat(output).hasSize(5);
        assertThat(output[2]).isEqualTo(new Watermark(15));
    }

    @Test
    void aRollbackBeforeItsTimeIsAsIfNothingHadBeenAnnounced() throws Exception {
        announce("2", Models.file("classes"), 40);
        announce("1", Models.file("sum"), 35);
        var harness = harness(Run.IN_TASK);
        process(harness, 0, 8);
        harness.endInput();

        assertThat(harness.extractOutputValues()).extracting(Score::modelVersion).containsOnly("1");
    }

    @Test
    void aVersionThatCannotBeLoadedLeavesItsRowsToTheOneBefore() throws Exception {
        Files.delete(registry.resolve("sum/2/metadata.json"));
        announce("2", Models.file("classes"), 20);
        var harness = harness(Run.IN_TASK);
        process(harness, 0, 6);
        harness.endInput();

        assertThat(harness.extractOutputValues())
                .extracting(Score::modelVersion, Score::route)
                .containsExactly(
                        Tuple.tuple("1", Route.CHAMPION),
                        Tuple.tuple("1", Route.CHAMPION),
                        Tuple.tuple("1", Route.FALLBACK),
                        Tuple.tuple("1", Route.FALLBACK),
                        Tuple.tuple("1", Route.FALLBACK),
                        Tuple.tuple("1", Route.FALLBACK));
        assertThat(harness.extractOutputValues().get(3).modelDigest())
                .isEqualTo(Registries.digest(Models.file("sum")));
    }

    @Test
    void aJobOfWhichNoVersionCanBeLoadedDoesNotStart() throws Exception {
        announce("2", Models.file("log"), 20);
        Files.delete(registry.resolve("sum/1/metadata.json"));
        assertThatThrownBy(() -> harness(Run.IN_TASK))
                .isInstanceOf(ModelRegistryException.class)
                .hasMessageContaining("it must still be")
                .hasMessageContaining("as when it was pinned");
    }

    @Test
    void aReplayGivesEachRowItsVersionWhateverTheBatches() throws Exception {
        announce("2", Models.file("classes"), 50);
        announce("1", Models.file("sum"), 120);
        announce("2", Models.file("classes"), 130);
        var first = scores(1);
        assertThat(scores(3)).usingRecursiveComparison().isEqualTo(first);
        assertThat(scores(64)).usingRecursiveComparison().isEqualTo(first);
    }

    private List<Score> scores(int batchRows) throws Exception {
        var harness = operators.open(config(Run.IN_TASK, batchRows));
        process(harness, 0, 20);
        harness.endInput();
        return harness.extractOutputValues();
    }

    @Test
    void nothingPilesUpOverAThousandSwaps() throws Exception {
        var harness = harness(Run.IN_TASK);
        long begun = 0;
        for (int swap = 1; swap <= 1_000; swap++) {
            announce(
                    swap % 2 == 1 ? "2" : "1",
                    Models.file(swap % 2 == 1 ? "classes" : "sum"),
                    10L * swap);
            process(harness, swap, swap + 1);
            harness.processWatermark(10L * swap);
            if (swap == 200) {
                begun = residentBytes();
            }
        }
        harness.endInput();

        assertThat(harness.extractOutputValues()).hasSize(1_000);
        // The one that answers, and the one that the follower was told of last.
        await().until(() -> ModelHost.hosted() <= 2);
        assertThat(residentBytes() - begun).as("bytes that 800 swaps left").isLessThan(64 << 20);
    }

    private static long residentBytes() throws Exception {
        System.gc();
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    private void announce(String version, Path model, long fromMillis) {
        announced.announce("sum", version, Registries.digest(model), fromMillis);
    }

    private InferenceConfig config(Run run, int batchRows) {
        return new InferenceConfig(
                RegistryAddress.directory(registry),
                new InferenceConfig.PinnedVersion(
                        "sum", "1", Registries.digest(Models.file("sum"))),
                announced,
                BatchSpec.fixed(batchRows, Duration.ofMillis(10)),
                run,
                Models.LONG_MILLIS,
                1.0,
                "review",
                "approve");
    }

    /** Records its runs in {@link #runs}. */
    private InferenceConfig recorded() {
        var config = config(Run.IN_TASK, BATCH_ROWS);
        return new InferenceConfig(
                config.registry(),
                config.first().get(0),
                config.announced(),
                config.batch(),
                config.run(),
                config.runTimeoutMillis(),
                config.threshold(),
                config.atOrAbove(),
                config.below(),
                config.device(),
                config.fallback(),
                runs.toString());
    }

    private OneInputStreamOperatorTestHarness<FeatureVector, Score> harness(Run run)
            throws Exception {
        return operators.open(config(run, BATCH_ROWS));
    }

    private static void process(
            OneInputStreamOperatorTestHarness<FeatureVector, Score> harness, int from, int to)
            throws Exception {
        for (int row = from; row < to; row++) {
            harness.processElement(Models.vector(row, row, 0.5), 10L * row);
        }
    }
}
