package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.inference.InferenceConfig.PinnedVersion;
import io.millrace.record.DeadLetter;
import io.millrace.record.FeatureVector;
import io.millrace.record.ModelUpdate;
import io.millrace.record.ModelUpdate.Role;
import io.millrace.record.Score;
import io.millrace.record.Score.Route;
import io.millrace.record.Shadow;
import io.millrace.registry.RegistryAddress;
import io.millrace.spec.BatchSpec;
import io.millrace.spec.FallbackSpec;
import io.millrace.spec.ModelSpec.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One job, and of many models the one that a row names. */
class ManyModelsTest {
    private static final int BATCH_ROWS = 4;

    /** Three models of the tests, each of which counts as a little more than a mebibyte. */
    private static final List<String> COUNTRIES = List.of("de", "fr", "it");

    private static final long ALL = 16 << 20;
    private static final long TWO = (2 << 20) + (100 << 10);
    private static final long ONE = (1 << 20) + (100 << 10);

    @TempDir private Path registry;
    @TempDir private Path folder;

    private final Announcements announced = Announcements.none();
    @RegisterExtension final OpenOperators operators = new OpenOperators();

    @BeforeEach
    void register() throws Exception {
        Registries.register(registry, "fraud-de", Models.file("sum"), List.of("1,2,3"));
        Registries.register(registry, "fraud-fr", Models.file("classes"), List.of("0,0,0.5"));
        Registries.register(registry, "fraud-it", Models.file("log"), List.of("1,0,0"));
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void eachRowIsScoredByTheModelThatItNames(Run run) throws Exception {
        announceAll();
        var harness = operators.open(config(run, BATCH_ROWS, ALL, FallbackSpec.NONE));
        for (int row = 0; row < 9; row++) {
            harness.processElement(
                    vector(row, "fraud-" + COUNTRIES.get(row % 3), "card-" + row), row);
        }
        harness.endInput();

        assertThat(harness.extractOutputValues())
                .hasSize(9)
                .allSatisfy(
                        score -> {
                            int row = Integer.parseInt(score.eventId().substring(6));
                            assertThat(score.modelName())
                                    .isEqualTo("fraud-" + COUNTRIES.get(row % 3));
                            assertThat(score.modelVersion()).isEqualTo("1");
                            assertThat(score.route()).isEqualTo(Route.CHAMPION);
                        });
        assertThat(score(harness, 0).value()).isEqualTo(1.5);
        assertThat(score(harness, 1).value()).isLessThan(1);
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void anEntitysRowsKeepTheirOrderWhicheverModelsTheyAreFor(Run run) throws Exception {
        announceAll();
        var harness = operators.open(config(run, 64, TWO, FallbackSpec.NONE));
        var random = new Random(7);
        for (int row = 0; row < 300; row++) {
            String card = "card-" + random.nextInt(5);
            String country = COUNTRIES.get(random.nextInt(3));
            harness.processElement(vector(row, "fraud-" + country, card), row);
        }
        harness.endInput();

        var scores = harness.extractOutputValues();
        assertThat(scores).hasSize(300);
        for (int card = 0; card < 5; card++) {
            String entity = "card-" + card;
            assertThat(scores.stream().filter(score -> score.entity().equals(entity)))
                    .isSortedAccordingTo(Comparator.comparingLong(Score::eventTimeMillis));
        }
    }

    @Test
    void aModelThatIsNotKnownLeavesItsRowsAsDeadLetters() throws Exception {
        announced.announce("fraud-de", "1", digest("sum"), 0);
        announced.announce("fraud-fr", "1", digest("classes"), 30);
        var harness = operators.open(config(Run.IN_TASK, BATCH_ROWS, ALL, FallbackSpec.NONE));
        harness.processElement(vector(0, "fraud-de", "a"), 0);
        harness.processElement(vector(1, "fraud-xx" + "y".repeat(1_000), "a"), 0);
        harness.processElement(vector(2, "fraud-fr", "b"), 0);
        harness.processElement(vector(3, "fraud-fr", "b"), 0);
        harness.endInput();

        assertThat(harness.extractOutputValues())
                .extracting(Score::eventId)
                .containsExactly("event-0", "event-3");
        List<DeadLetter> letters = letters(harness);
        assertThat(letters)
                .extracting(DeadLetter::eventId, DeadLetter::reason)
                .containsExactlyInAnyOrder(
                        Tuple.tuple("event-1", DeadLetter.Reason.MODEL_UNKNOWN),
                        Tuple.tuple("event-2", DeadLetter.Reason.MODEL_UNKNOWN));
        assertThat(letters)
                .extracting(DeadLetter::detail)
                .contains(
                        "The row is for the model fraud-fr, which was not announced for its event"
                                + " time")
                .allSatisfy(detail -> assertThat(detail).hasSizeLessThan(200));
    }

    @Test
    void theConstantAnswersWhatNoModelIsKnownFor() throws Exception {
        announced.announce("fraud-de", "1", digest("sum"), 0);
        var harness =
                operators.open(
                        config(Run.OFF_TASK, BATCH_ROWS, ALL, new FallbackSpec(false, 0.25)));
        harness.processElement(vector(0, "fraud-de", "a"), 0);
        harness.processElement(vector(1, "fraud-xx", "a"), 0);
        harness.endInput();

        assertThat(harness.extractOutputValues())
                .extracting(Score::eventId, Score::modelName, Score::modelVersion, Score::route)
                .containsExactly(
                        Tuple.tuple("event-0", "fraud-de", "1", Route.CHAMPION),
                        Tuple.tuple("event-1", "fraud-xx", "", Route.FALLBACK));
        assertThat(harness.extractOutputValues().get(1).value()).isEqualTo(0.25);
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void whatWasUsedLeastRecentlyMakesRoom(Run run) throws Exception {
        announceAll();
        var harness = operators.open(config(run, BATCH_ROWS, TWO, FallbackSpec.NONE));
        var reached = new ArrayList<Integer>();
        for (int row = 0; row < 60; row++) {
            harness.processElement(
                    vector(row, "fraud-" + COUNTRIES.get(row / 3 % 3), "c" + row), row);
            reached.add(ModelHost.hosted());
        }
        harness.endInput();

        assertThat(harness.extractOutputValues()).hasSize(60);
        // The follower may be loading one that has lost its place meanwhile.
        assertThat(reached).allMatch(hosted -> hosted <= 3);
        await().until(() -> ModelHost.hosted() <= 2);
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void rowsOfOtherModelsAreScoredWhileOneIsLoaded(Run run) throws Exception {
        var harness = operators.open(pinned(run, TWO));
        harness.processElement(vector(0, "fraud-de", "a"), 0);
        harness.prepareSnapshotPreBarrier(1);
        assertThat(ids(harness)).containsExactly("event-0");

        harness.processElement(vector(1, "fraud-fr", "b"), 10);
        harness.processWatermark(10);
        harness.processElement(vector(2, "fraud-de", "b"), 20);
        harness.processWatermark(15);
        for (int row = 3; row < 7; row++) {
            harness.processElement(vector(row, "fraud-de", "card-" + row), 10L * row);
        }
        // No mail has been run: the task's thread has waited for nothing.
        assertThat(ids(harness)).doesNotContain("event-1", "event-2");
        if (run != Run.OFF_TASK) {
            assertThat(ids(harness)).hasSize(5).contains("event-3", "event-4", "event-5");
        }
        assertThat(harness.getOutput()).doesNotHaveAnyElementsOfTypes(Watermark.class);

        harness.prepareSnapshotPreBarrier(2);
        assertThat(ids(harness)).hasSize(7).containsSubsequence("event-1", "event-2");
        assertThat(score(harness, 1).modelName()).isEqualTo("fraud-fr");
        assertThat(score(harness, 2).modelName()).isEqualTo("fraud-de");
        assertThat(harness.getOutput()).contains(new Watermark(15));
        assertNoWatermarkOvertakesARow(harness);
    }

    @Test
    void asManyRowsWaitAsThereIsRoomFor() throws Exception {
        var harness = operators.open(pinned(Run.IN_TASK, TWO));
        for (int row = 0; row < WaitingRows.MOST - 1; row++) {
            harness.processElement(vector(row, "fraud-fr", "card-" + row), row);
        }
        assertThat(ids(harness)).isEmpty();
        harness.processElement(vector(5_000, "fraud-fr", "card-x"), 5_000);
        assertThat(ids(harness)).hasSize(WaitingRows.MOST);
    }

    @Test
    void aTaskThatEndsWhileAModelIsLoadedLeavesNoneBehind() throws Exception {
        for (int attempt = 0; attempt < 10; attempt++) {
            var harness = operators.open(pinned(Run.IN_TASK, TWO));
            harness.processElement(vector(0, "fraud-fr", "a"), 0);
            harness.close();
            operators.forget(harness);
            assertThat(ModelHost.hosted()).isZero();
        }
    }

    @Test
    void aVersionThatCannotBeLoadedLeavesTheRowsThatWaitedToTheOneBefore() throws Exception {
        Registries.register(registry, "fraud-de", "2", Models.file("classes"), List.of("0,0,0.5"));
        Files.delete(registry.resolve("fraud-de/2/metadata.json"));
        announced.announce("fraud-de", "1", digest("sum"), 0);
        announced.announce("fraud-de", "2", digest("classes"), 30);
        var harness = operators.open(config(Run.IN_TASK, BATCH_ROWS, TWO, FallbackSpec.NONE));
        for (int row : new int[] {0, 1, 3, 2, 4}) {
            harness.processElement(vector(row, "fraud-de", "card-" + row), 10L * row);
        }
        harness.endInput();

        assertThat(harness.extractOutputValues())
                .extracting(Score::eventId, Score::modelVersion, Score::route)
                .containsExactlyInAnyOrder(
                        Tuple.tuple("event-0", "1", Route.CHAMPION),
                        Tuple.tuple("event-1", "1", Route.CHAMPION),
                        Tuple.tuple("event-2", "1", Route.CHAMPION),
                        Tuple.tuple("event-3", "1", Route.FALLBACK),
                        Tuple.tuple("event-4", "1", Route.FALLBACK));
    }

    /** Whatever comes when, and however little room there is. */
    @ParameterizedTest
    @EnumSource(Run.class)
    void modelsThatComeAndGoChangeNoOrder(Run run) throws Exception {
        for (int seed = 0; seed < 5; seed++) {
            var harness = operators.open(pinned(run, seed % 2 == 0 ? ONE : TWO));
            var random = new Random(seed);
            for (int row = 0; row < 400; row++) {
                String country = COUNTRIES.get(random.nextInt(3));
                harness.processElement(
                        vector(row, "fraud-" + country, "card-" + random.nextInt(20)), 10L * row);
                if (random.nextInt(5) == 0) {
                    OpenOperators.runMails(harness);
                }
                if (random.nextInt(7) == 0) {
                    harness.processWatermark(10L * row);
                }
                if (random.nextInt(50) == 0) {
                    harness.prepareSnapshotPreBarrier(row);
                    assertThat(harness.extractOutputValues()).hasSize(row + 1);
                }
            }
            harness.endInput();

            var scores = harness.extractOutputValues();
            assertThat(scores).extracting(Score::eventId).doesNotHaveDuplicates().hasSize(400);
            for (int card = 0; card < 20; card++) {
                String entity = "card-" + card;
                assertThat(scores.stream().filter(score -> score.entity().equals(entity)))
                        .isSortedAccordingTo(Comparator.comparingLong(Score::eventTimeMillis));
            }
            assertNoWatermarkOvertakesARow(harness);
        }
    }

    private static void assertNoWatermarkOvertakesARow(
            OneInputStreamOperatorTestHarness<FeatureVector, Score> harness) {
        long passed = Long.MIN_VALUE;
        for (Object out : harness.getOutput()) {
            if (out instanceof Watermark mark) {
                assertThat(mark.getTimestamp()).isGreaterThan(passed);
                passed = mark.getTimestamp();
            } else if (out instanceof StreamRecord<?> record) {
                assertThat(record.getTimestamp()).isGreaterThan(passed);
            }
        }
    }

    private static List<String> ids(
            OneInputStreamOperatorTestHarness<FeatureVector, Score> harness) {
        return harness.extractOutputValues().stream().map(Score::eventId).toList();
    }

    /** Its runs leave the task's thread, and those of the others do not. */
    @Test
    void aBatchThatLeavesWhileARowWaitsForAnotherTakesThatRowNoMore() throws Exception {
        Path slow = Files.write(folder.resolve("slow.onnx"), DenseNetwork.onnx(2, 1_024, 1_024, 1));
        Registries.register(registry, "fraud-us", slow, List.of());
        Path metadata = registry.resolve("fraud-us/1/metadata.json");
        String withoutGolden =
                Files.readString(metadata).replaceAll(",\\s*\"golden\": \\{[^}]*\\}", "");
        Files.writeString(metadata, withoutGolden);
        var harness =
                operators.open(
                        pinned(
                                Run.AUTO,
                                64,
                                64 << 20,
                                new PinnedVersion("fraud-us", "1", Registries.digest(slow))));
        harness.processElement(vector(0, "fraud-de", "a"), 0);
        harness.processElement(vector(1, "fraud-fr", "b"), 0);
        harness.processElement(vector(2, "fraud-us", "c"), 0);
        harness.prepareSnapshotPreBarrier(1);

        harness.processElement(vector(3, "fraud-de", "a"), 0);
        harness.processElement(vector(4, "fraud-fr", "b"), 0);
        for (int row = 5; row < 69; row++) {
            harness.processElement(vector(row, "fraud-us", "card-" + row), 0);
        }
        // The one before it is waited for, while the mailbox finds that the input is idle.
        harness.processElement(vector(69, "fraud-fr", "a"), 0);
        harness.prepareSnapshotPreBarrier(2);
        assertThat(ids(harness)).hasSize(70).doesNotHaveDuplicates();
    }

    private InferenceConfig pinned(Run run, long memoryBytes) {
        return pinned(run, BATCH_ROWS, memoryBytes);
    }

    /** Nothing is announced, so that nothing is loaded before a row names it. */
    private InferenceConfig pinned(
            Run run, int batchRows, long memoryBytes, PinnedVersion... others) {
        List<PinnedVersion> first =
                new ArrayList<>(
                        List.of(
                                new PinnedVersion("fraud-de", "1", digest("sum")),
                                new PinnedVersion("fraud-fr", "1", digest("classes")),
                                new PinnedVersion("fraud-it", "1", digest("log"))));
        first.addAll(List.of(others));
        return new InferenceConfig(
                RegistryAddress.directory(registry),
                first,
                new InferenceConfig.Many("fraud-${country}", memoryBytes),
                null,
                BatchSpec.fixed(batchRows, Duration.ofMillis(10)),
                run,
                Models.LONG_MILLIS,
                1.0,
                "review",
                "approve",
                ModelDevice.PROCESSOR,
                FallbackSpec.NONE,
                null);
    }

    @Test
    void aModelThatIsLargerThanTheBudgetLeavesItsRowsAsDeadLettersThatSayBoth() throws Exception {
        announced.announce("fraud-de", "1", digest("sum"), 0);
        var harness = operators.open(config(Run.IN_TASK, BATCH_ROWS, 1 << 20, FallbackSpec.NONE));
        harness.processElement(vector(0, "fraud-de", "a"), 0);
        harness.processElement(vector(1, "fraud-de", "a"), 0);
        harness.endInput();

        assertThat(harness.extractOutputValues()).isEmpty();
        long counts = 7 * Files.size(Models.file("sum")) + (1 << 20);
        assertThat(letters(harness))
                .hasSize(2)
                .allSatisfy(
                        letter -> {
                            assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.MODEL_FAILED);
                            assertThat(letter.detail())
                                    .isEqualTo(
                                            "fraud-de/1 cannot be loaded: fraud-de/1 counts as %d bytes; model.memory is 1048576 and must be at least that"
                                                    .formatted(counts));
                        });
    }

    @Test
    void aModelThatCannotBeLoadedHoldsUpNoOther() throws Exception {
        announceAll();
        Files.delete(registry.resolve("fraud-fr/1/metadata.json"));
        var harness = operators.open(config(Run.IN_TASK, BATCH_ROWS, TWO, FallbackSpec.NONE));
        for (int row = 0; row < 9; row++) {
            harness.processElement(
                    vector(row, "fraud-" + COUNTRIES.get(row % 3), "card-" + row), row);
        }
        harness.endInput();

        assertThat(harness.extractOutputValues()).hasSize(6);
        assertThat(letters(harness))
                .hasSize(3)
                .extracting(DeadLetter::reason)
                .containsOnly(DeadLetter.Reason.MODEL_FAILED);
    }

    @Test
    void noWatermarkOvertakesARowOrGoesBack() throws Exception {
        announceAll();
        var harness = operators.open(config(Run.AUTO, 64, TWO, FallbackSpec.NONE));
        var random = new Random(11);
        for (int row = 0; row < 200; row++) {
            String country = COUNTRIES.get(random.nextInt(3));
            harness.processElement(vector(row, "fraud-" + country, "card-" + row), 10L * row);
            if (row % 7 == 0) {
                harness.processWatermark(10L * row);
            }
        }
        harness.endInput();

        assertNoWatermarkOvertakesARow(harness);
        assertThat(harness.getOutput()).contains(new Watermark(1_960));
    }

    @Test
    void aReplayGivesEachRowItsVersionWhateverTheBatchesAndTheMemory() throws Exception {
        Registries.register(registry, "fraud-de", "2", Models.file("classes"), List.of("0,0,0.5"));
        announceAll();
        announced.announce("fraud-de", "2", digest("classes"), 500);
        announced.announce("fraud-de", "1", digest("sum"), 1_500);
        var first = scores(1, ALL, 1);
        assertThat(first).hasSize(200);
        assertThat(first)
                .filteredOn(score -> score.modelName().equals("fraud-de"))
                .allSatisfy(
                        score ->
                                assertThat(score.modelVersion())
                                        .isEqualTo(
                                                score.eventTimeMillis() >= 500
                                                                && score.eventTimeMillis() < 1_500
                                                        ? "2"
                                                        : "1"));
        assertThat(scores(64, TWO, 1)).usingRecursiveComparison().isEqualTo(first);
        assertThat(scores(3, TWO, 3)).usingRecursiveComparison().isEqualTo(first);
    }

    /** What subtasks that share the rows make of them, by event time. */
    private List<Score> scores(int batchRows, long memoryBytes, int subtasks) throws Exception {
        var harnesses = new ArrayList<OneInputStreamOperatorTestHarness<FeatureVector, Score>>();
        for (int subtask = 0; subtask < subtasks; subtask++) {
            harnesses.add(
                    operators.open(config(Run.IN_TASK, batchRows, memoryBytes, FallbackSpec.NONE)));
        }
        var random = new Random(3);
        for (int row = 0; row < 200; row++) {
            String country = COUNTRIES.get(random.nextInt(3));
            harnesses
                    .get(row % subtasks)
                    .processElement(vector(row, "fraud-" + country, "card-" + row), 10L * row);
        }
        var scores = new ArrayList<Score>();
        for (var harness : harnesses) {
            harness.endInput();
            scores.addAll(harness.extractOutputValues());
        }
        scores.sort(Comparator.comparingLong(Score::eventTimeMillis));
        return scores.stream().map(ManyModelsTest::withoutLatency).toList();
    }

    private static Score withoutLatency(Score score) {
        return new Score(
                score.origin(),
                score.eventId(),
                score.eventTimeMillis(),
                score.entity(),
                score.modelName(),
                score.modelVersion(),
                score.modelDigest(),
                score.route(),
                score.value(),
                score.decision(),
                score.features(),
                0);
    }

    @Test
    void aChallengerIsOfOneModelAndAnswersAShareOfItsEntitiesHoweverLittleRoomThereIs()
            throws Exception {
        Registries.register(registry, "fraud-de", "2", Models.file("classes"), List.of("0,0,0.5"));
        announceAll();
        announced.announce(challenger("fraud-de", "2", "classes", 0.5, 500));
        announced.announce(challenger("fraud-de", "2", "classes", Role.RETIRED, 0, 1_500));
        var first = scores(1, ALL, 1);
        assertThat(first).hasSize(200);
        for (Score score : first) {
            long time = score.eventTimeMillis();
            boolean isChallenged =
                    score.modelName().equals("fraud-de") && time >= 500 && time < 1_500;
            boolean isOfShare = new Share(digest("classes"), 0.5).has(score.entity());
            assertThat(score.route())
                    .isEqualTo(isChallenged && isOfShare ? Route.CHALLENGER : Route.CHAMPION);
        }
        assertThat(first).extracting(Score::route).contains(Route.CHALLENGER);
        assertThat(scores(64, ONE, 1)).usingRecursiveComparison().isEqualTo(first);
        assertThat(scores(3, TWO, 3)).usingRecursiveComparison().isEqualTo(first);
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void aShadowIsComparedWithItsModelAloneAndNoRowWaitsForIt(Run run) throws Exception {
        Registries.register(registry, "fraud-de", "2", Models.file("classes"), List.of("0,0,0.5"));
        announced.announce(challenger("fraud-de", "2", "classes", 0, 0));
        announceAll();
        announced.announce(challenger("fraud-de", "2", "classes", 0, 0));
        var harness = operators.open(config(run, BATCH_ROWS, ALL, FallbackSpec.NONE));
        // All are loaded ahead; two of them are the same bytes.
        await().until(() -> ModelHost.hosted() == 3);
        for (int row = 0; row < 12; row++) {
            harness.processElement(
                    vector(row, "fraud-" + COUNTRIES.get(row % 3), "card-" + row), row);
        }
        harness.endInput();

        assertThat(harness.extractOutputValues())
                .hasSize(12)
                .extracting(Score::route)
                .containsOnly(Route.CHAMPION);
        var shadows = harness.getSideOutput(Shadow.TAG);
        assertThat(shadows.stream().map(shadow -> shadow.getValue().score()))
                .extracting(Score::eventId, Score::modelName, Score::modelVersion)
                .containsExactly(
                        Tuple.tuple("event-0", "fraud-de", "2"),
                        Tuple.tuple("event-3", "fraud-de", "2"),
                        Tuple.tuple("event-6", "fraud-de", "2"),
                        Tuple.tuple("event-9", "fraud-de", "2"));
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void whatACanaryFailsOnItsChampionAnswersThoughThereIsNoRoomForIt(Run run) throws Exception {
        Registries.register(registry, "fraud-de", "2", Models.file("picky"), List.of("1,2,0.3"));
        announceAll();
        announced.announce(challenger("fraud-de", "2", "picky", 1, 0));
        var harness = operators.open(config(run, BATCH_ROWS, ONE, FallbackSpec.NONE));
        for (int row = 0; row < 40; row++) {
            String model = row % 3 == 0 ? "fraud-fr" : "fraud-de";
            double a = row % 4 == 0 ? 1_000 : 1;
            harness.processElement(vector(row, model, "card-" + row % 5, a), row);
            if (row % 6 == 0) {
                OpenOperators.runMails(harness);
            }
        }
        harness.endInput();

        assertThat(harness.getSideOutput(DeadLetter.TAG)).isNull();
        assertThat(harness.extractOutputValues())
                .hasSize(40)
                .filteredOn(score -> score.modelName().equals("fraud-de"))
                .allSatisfy(
                        score -> {
                            int row = Integer.parseInt(score.eventId().substring(6));
                            assertThat(score.route())
                                    .isEqualTo(row % 4 == 0 ? Route.FALLBACK : Route.CHALLENGER);
                            assertThat(score.modelVersion()).isEqualTo(row % 4 == 0 ? "1" : "2");
                        });
    }

    @Test
    void aChallengerThatCannotBeLoadedDoesNotChallengeAndHoldsUpNoRow() throws Exception {
        Registries.register(registry, "fraud-de", "2", Models.file("classes"), List.of("0,0,0.5"));
        Files.delete(registry.resolve("fraud-de/2/metadata.json"));
        announceAll();
        announced.announce(challenger("fraud-de", "2", "classes", 1, 0));
        var harness = operators.open(config(Run.IN_TASK, BATCH_ROWS, TWO, FallbackSpec.NONE));
        for (int row = 0; row < 9; row++) {
            harness.processElement(vector(row, "fraud-de", "card-" + row), row);
        }
        harness.endInput();
        assertThat(harness.extractOutputValues())
                .hasSize(9)
                .extracting(Score::modelVersion, Score::route)
                .containsOnly(Tuple.tuple("1", Route.CHAMPION));
    }

    @Test
    void aChallengerOfAPinnedModelStaysWhereThatIsAnnounced() throws Exception {
        var sum = new ModelUpdate("fraud-de", "1", digest("sum"), 0, 0, "a test");
        var challenger = challenger("fraud-de", "2", "classes", 0.5, 0);
        var models = AnnouncedModels.many(List.of(sum)).plus(List.of(challenger, sum));
        var known = models.of("fraud-de", 10);
        assertThat(known).isNotNull();
        assertThat(known.challengers().at(10)).isEqualTo(challenger);
        assertThat(AnnouncedModels.many(List.of()).plus(List.of(challenger)).of("fraud-de"))
                .as("nobody answers")
                .isNull();
    }

    private static ModelUpdate challenger(
            String model, String version, String file, double share, long fromMillis) {
        return challenger(model, version, file, Role.CHALLENGER, share, fromMillis);
    }

    private static ModelUpdate challenger(
            String model, String version, String file, Role role, double share, long fromMillis) {
        return new ModelUpdate(model, version, digest(file), role, share, fromMillis, 0, "a test");
    }

    @Test
    void aNewModelIsKnownFromItsAnnouncementOn() throws Exception {
        announced.announce("fraud-de", "1", digest("sum"), 0);
        var harness = operators.open(config(Run.IN_TASK, BATCH_ROWS, ALL, FallbackSpec.NONE));
        harness.processElement(vector(0, "fraud-fr", "a"), 0);
        announced.announce("fraud-fr", "1", digest("classes"), 20);
        await().until(() -> ModelHost.hosted() == 2);
        harness.processElement(vector(1, "fraud-fr", "a"), 10);
        harness.processElement(vector(2, "fraud-fr", "a"), 20);
        harness.endInput();

        assertThat(harness.extractOutputValues())
                .extracting(Score::eventId)
                .containsExactly("event-2");
        assertThat(letters(harness)).hasSize(2);
    }

    private void announceAll() {
        announced.announce("fraud-de", "1", digest("sum"), 0);
        announced.announce("fraud-fr", "1", digest("classes"), 0);
        announced.announce("fraud-it", "1", digest("log"), 0);
    }

    private static String digest(String model) {
        return Registries.digest(Models.file(model));
    }

    private static FeatureVector vector(int row, String model, String entity) {
        return vector(row, model, entity, 1);
    }

    private static FeatureVector vector(int row, String model, String entity, double a) {
        return Models.vector(row, model, entity, a);
    }

    private static Score score(
            OneInputStreamOperatorTestHarness<FeatureVector, Score> harness, int row) {
        return harness.extractOutputValues().stream()
                .filter(score -> score.eventId().equals("event-" + row))
                .findFirst()
                .orElseThrow();
    }

    private static List<DeadLetter> letters(
            OneInputStreamOperatorTestHarness<FeatureVector, Score> harness) {
        var letters = harness.getSideOutput(DeadLetter.TAG);
        return letters == null ? List.of() : letters.stream().map(StreamRecord::getValue).toList();
    }

    private InferenceConfig config(
            Run run, int batchRows, long memoryBytes, FallbackSpec fallback) {
        return new InferenceConfig(
                RegistryAddress.directory(registry),
                List.of(),
                new InferenceConfig.Many("fraud-${country}", memoryBytes),
                announced,
                BatchSpec.fixed(batchRows, Duration.ofMillis(10)),
                run,
                Models.LONG_MILLIS,
                1.0,
                "review",
                "approve",
                ModelDevice.PROCESSOR,
                fallback,
                null);
    }
}
