package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.record.DeadLetter;
import io.millrace.record.FeatureVector;
import io.millrace.record.ModelUpdate;
import io.millrace.record.ModelUpdate.Role;
import io.millrace.record.Score;
import io.millrace.record.Score.Route;
import io.millrace.record.Shadow;
import io.millrace.registry.RegistryAddress;
import io.millrace.spec.BatchSpec;
import io.millrace.spec.ModelSpec.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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

/** A version that challenges the one that answers. */
class ChallengerTest {
    private static final int BATCH_ROWS = 4;

    @TempDir private Path registry;

    private final Announcements announced = Announcements.none();
    @RegisterExtension final OpenOperators operators = new OpenOperators();

    @BeforeEach
    void register() throws Exception {
        Registries.register(registry, "sum", "1", Models.file("sum"), List.of("1,2,3"));
        Registries.register(registry, "sum", "2", Models.file("classes"), List.of("0,0,0.5"));
        Registries.register(registry, "sum", "picky", Models.file("picky"), List.of("1,2,0.3"));
        Registries.register(registry, "sum", "endless", Models.file("endless"), List.of("1,2,3"));
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void aShadowScoresWhatIsAnsweredFromItsEventTimeOnAndChangesNoAnswer(Run run) throws Exception {
        challenge("2", "classes", 0, 30);
        var harness = harness(run);
        process(harness, 0, 6);
        harness.endInput();

        assertThat(harness.extractOutputValues())
                .extracting(Score::eventId, Score::modelVersion, Score::route)
                .containsExactly(
                        Tuple.tuple("event-0", "1", Route.CHAMPION),
                        Tuple.tuple("event-1", "1", Route.CHAMPION),
                        Tuple.tuple("event-2", "1", Route.CHAMPION),
                        Tuple.tuple("event-3", "1", Route.CHAMPION),
                        Tuple.tuple("event-4", "1", Route.CHAMPION),
                        Tuple.tuple("event-5", "1", Route.CHAMPION));
        assertThat(shadows(harness))
                .extracting(
                        shadow -> shadow.score().eventId(),
                        shadow -> shadow.score().modelVersion(),
                        shadow -> shadow.score().route(),
                        Shadow::answeredVersion,
                        Shadow::answeredValue,
                        Shadow::answeredDecision)
                .containsExactly(
                        Tuple.tuple("event-3", "2", Route.SHADOW, "1", 3.5, "review"),
                        Tuple.tuple("event-4", "2", Route.SHADOW, "1", 4.5, "review"),
                        Tuple.tuple("event-5", "2", Route.SHADOW, "1", 5.5, "review"));
        assertThat(shadows(harness))
                .extracting(shadow -> shadow.score().value())
                .allMatch(value -> value > 0.5 && value < 1);
    }

    @Test
    void aRetiredChallengerIsAskedNoMoreAndLeaves() throws Exception {
        challenge("2", "classes", 0, 0);
        announce("2", "classes", Role.RETIRED, 0, 20);
        var harness = harness(Run.IN_TASK);
        process(harness, 0, 2);
        await().until(() -> ModelHost.hosted() == 2);
        process(harness, 2, 6);
        harness.processWatermark(50);
        harness.endInput();

        assertThat(shadows(harness))
                .extracting(shadow -> shadow.score().eventId())
                .containsExactly("event-0", "event-1");
        harness.processWatermark(60);
        assertThat(ModelHost.hosted()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void aCanaryAnswersTheSameShareOfTheEntitiesWhateverTheBatches(Run run) throws Exception {
        challenge("2", "classes", 0.3, 0);
        var harness = harness(run);
        var again = operators.open(config(Run.IN_TASK, 64));
        for (int row = 0; row < 4_000; row++) {
            var vector = of("card-" + row % 1_000, row);
            harness.processElement(vector, vector.eventTimeMillis());
            again.processElement(vector, vector.eventTimeMillis());
            if (row % 100 == 99) {
                harness.processWatermark(vector.eventTimeMillis());
            }
        }
        harness.endInput();
        again.endInput();

        List<Score> scores = harness.extractOutputValues();
        assertThat(scores).extracting(Score::eventId).doesNotHaveDuplicates().hasSize(4_000);
        Set<String> canaries = entities(scores, Route.CHALLENGER);
        Set<String> others = entities(scores, Route.CHAMPION);
        assertThat(canaries).doesNotContainAnyElementsOf(others);
        // 300 are expected, with a standard deviation of 14.
        assertThat(canaries).hasSizeBetween(240, 360);
        assertThat(canaries.size() + others.size()).isEqualTo(1_000);
        assertThat(entities(again.extractOutputValues(), Route.CHALLENGER)).isEqualTo(canaries);
        assertThat(shadows(harness)).allMatch(shadow -> others.contains(shadow.score().entity()));
    }

    /** An entity that a challenge takes over, gives back, or takes over again keeps its order. */
    @ParameterizedTest
    @EnumSource(Run.class)
    void noRowOvertakesOneOfItsEntityWhenAChallengeBeginsOrEnds(Run run) throws Exception {
        challenge("2", "classes", 1, 30);
        announce("2", "classes", Role.RETIRED, 0, 110);
        challenge("2", "classes", 0.5, 150);
        challenge("2", "classes", 1, 230);
        var harness = harness(run);
        var mine = new ArrayList<String>();
        for (int row = 0; row < 32; row++) {
            // One entity's rows are too few for a batch of either side, until others fill it.
            boolean isMine = row % 8 == 1 || row % 8 == 2;
            var vector = of(isMine ? "mine" : "other-" + row, row);
            if (isMine) {
                mine.add(vector.eventId());
            }
            harness.processElement(vector, vector.eventTimeMillis());
        }
        harness.endInput();

        List<Score> scores = harness.extractOutputValues();
        assertThat(scores).hasSize(32);
        assertThat(scores)
                .filteredOn(score -> score.entity().equals("mine"))
                .extracting(Score::eventId)
                .containsExactlyElementsOf(mine);
        assertThat(scores).extracting(Score::route).contains(Route.CHAMPION, Route.CHALLENGER);
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void noWatermarkOvertakesARowOfEither(Run run) throws Exception {
        challenge("2", "classes", 0.5, 0);
        var harness = harness(run);
        for (int row = 0; row < 200; row++) {
            var vector = of("card-" + row, row);
            harness.processElement(vector, vector.eventTimeMillis());
            if (row % 3 == 0) {
                harness.processWatermark(vector.eventTimeMillis());
            }
        }
        harness.endInput();

        long passed = Long.MIN_VALUE;
        int rows = 0;
        for (Object output : harness.getOutput()) {
            if (output instanceof Watermark mark) {
                passed = mark.getTimestamp();
            } else {
                assertThat(((StreamRecord<?>) output).getTimestamp()).isGreaterThan(passed);
                rows++;
            }
        }
        assertThat(rows).isEqualTo(200);
        assertThat(passed).isEqualTo(1_980);
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void whatACanaryFailsOnTheChampionAnswers(Run run) throws Exception {
        challenge("picky", "picky", 1, 0);
        var harness = harness(run);
        harness.processElement(Models.vector(0, 1, 0), 0);
        harness.processElement(Models.vector(1, 1_000, 0), 10);
        harness.processElement(Models.vector(2, 3, 0), 20);
        harness.processWatermark(20);
        harness.endInput();

        assertThat(harness.extractOutputValues())
                .extracting(Score::eventId, Score::modelVersion, Score::route, Score::value)
                .containsExactlyInAnyOrder(
                        Tuple.tuple("event-0", "picky", Route.CHALLENGER, (double) 0.1f),
                        Tuple.tuple("event-2", "picky", Route.CHALLENGER, (double) 0.3f),
                        Tuple.tuple("event-1", "1", Route.FALLBACK, 1_000.0));
        assertThat(harness.getSideOutput(DeadLetter.TAG)).isNull();
        assertThat(harness.getOutput()).last().isEqualTo(new Watermark(20));
    }

    @Test
    void aShadowThatDoesNotEndHoldsUpNoAnswer() throws Exception {
        challenge("endless", "endless", 0, 0);
        var harness = harness(Run.IN_TASK);
        for (int row = 0; row < 40; row++) {
            harness.processElement(Models.vector(row, 1_000 + row, 0), 10L * row);
        }
        // No mail has been run: nothing was waited for.
        assertThat(harness.extractOutputValues()).hasSize(40);
        harness.endInput();
        assertThat(shadows(harness)).isEmpty();
    }

    @Test
    void aChallengerThatCannotBeLoadedDoesNotChallenge() throws Exception {
        Files.delete(registry.resolve("sum/2/metadata.json"));
        challenge("2", "classes", 1, 0);
        var harness = harness(Run.IN_TASK);
        process(harness, 0, 6);
        harness.endInput();

        assertThat(harness.extractOutputValues())
                .extracting(Score::modelVersion, Score::route)
                .containsOnly(Tuple.tuple("1", Route.CHAMPION));
        assertThat(harness.extractOutputValues()).hasSize(6);
    }

    @Test
    void aChallengerThatIsPromotedAnswersAloneFromThenOn() throws Exception {
        challenge("2", "classes", 0, 0);
        announce("2", "classes", Role.CHAMPION, 0, 30);
        var harness = harness(Run.IN_TASK);
        process(harness, 0, 6);
        harness.endInput();

        assertThat(harness.extractOutputValues())
                .extracting(Score::modelVersion)
                .containsExactly("1", "1", "1", "2", "2", "2");
        assertThat(shadows(harness)).hasSize(3);
    }

    private void challenge(String version, String model, double share, long fromMillis) {
        announce(version, model, Role.CHALLENGER, share, fromMillis);
    }

    private void announce(String version, String model, Role role, double share, long fromMillis) {
        String digest = Registries.digest(Models.file(model));
        announced.announce(
                new ModelUpdate("sum", version, digest, role, share, fromMillis, 0, "a test"));
    }

    private static FeatureVector of(String entity, int row) {
        var vector = Models.vector(row, row % 7, 0.5);
        return new FeatureVector(
                vector.origin(),
                vector.eventId(),
                vector.eventTimeMillis(),
                entity,
                vector.values());
    }

    private static Set<String> entities(List<Score> scores, Route route) {
        return scores.stream()
                .filter(score -> score.route() == route)
                .map(Score::entity)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static List<Shadow> shadows(
            OneInputStreamOperatorTestHarness<FeatureVector, Score> harness) {
        var output = harness.getSideOutput(Shadow.TAG);
        return output == null ? List.of() : output.stream().map(StreamRecord::getValue).toList();
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
