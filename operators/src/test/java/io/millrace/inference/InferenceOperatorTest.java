package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.record.DeadLetter;
import io.millrace.record.FeatureVector;
import io.millrace.record.Score;
import io.millrace.registry.ModelRegistryException;
import io.millrace.registry.RegistryAddress;
import io.millrace.spec.BatchSpec;
import io.millrace.spec.ModelSpec.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InferenceOperatorTest {
    private static final int BATCH_ROWS = 4;
    private static final long WAIT_MILLIS = 10;

    /** Long for a small model on a busy machine, and short for whoever waits for the test. */
    private static final long RUN_LIMIT_MILLIS = 500;

    @TempDir private Path registry;

    @RegisterExtension final OpenOperators operators = new OpenOperators();

    @BeforeEach
    void register() throws Exception {
        Registries.register(registry, "sum", Models.file("sum"), List.of("1,2,3"));
        Registries.register(registry, "picky", Models.file("picky"), List.of("1,2,0.3"));
        Registries.register(registry, "endless", Models.file("endless"), List.of("1,2,3"));
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void aFullBatchIsScoredInOrder(Run run) throws Exception {
        var harness = harness("sum", run);
        process(harness, 0, BATCH_ROWS);
        awaitScores(harness, BATCH_ROWS);

        assertThat(harness.extractOutputValues())
                .extracting(Score::eventId, Score::value)
                .containsExactly(
                        tuple("event-0", 0.5),
                        tuple("event-1", 1.5),
                        tuple("event-2", 2.5),
                        tuple("event-3", 3.5));
    }

    private static org.assertj.core.groups.Tuple tuple(String eventId, double value) {
        return org.assertj.core.groups.Tuple.tuple(eventId, value);
    }

    @Test
    void aScoreCarriesWhatAnAuditorAsks() throws Exception {
        var harness = harness("sum", Run.IN_TASK);
        harness.setProcessingTime(5_000);
        process(harness, 0, BATCH_ROWS);

        Score score = harness.extractOutputValues().get(1);
        var vector = Models.vector(1, 1, 0.5);
        assertThat(score)
                .usingRecursiveComparison()
                .isEqualTo(
                        new Score(
                                vector.origin(),
                                "event-1",
                                10,
                                "card-7",
                                "sum",
                                "1",
                                Registries.digest(Models.file("sum")),
                                Score.Route.CHAMPION,
                                1.5,
                                "review",
                                vector.values(),
                                4_000));
        assertThat(harness.extractOutputValues())
                .extracting(Score::decision)
                .containsExactly("approve", "review", "review", "review");
        assertThat(harness.getRecordOutput())
                .extracting(StreamRecord::getTimestamp)
                .containsExactly(0L, 10L, 20L, 30L);
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void aSingleRowIsReleasedByTheWait(Run run) throws Exception {
        var harness = harness("sum", run);
        process(harness, 0, 1);
        harness.setProcessingTime(WAIT_MILLIS - 1);
        assertThat(harness.extractOutputValues()).isEmpty();

        harness.setProcessingTime(WAIT_MILLIS);
        awaitScores(harness, 1);
    }

    @Test
    void theWaitCountsFromTheFirstRowOfItsOwnBatch() throws Exception {
        var harness = harness("sum", Run.IN_TASK);
        process(harness, 0, 1);
        harness.setProcessingTime(5);
        process(harness, 1, BATCH_ROWS + 1);
        assertThat(harness.extractOutputValues()).hasSize(BATCH_ROWS);

        harness.setProcessingTime(WAIT_MILLIS + 4);
        assertThat(harness.extractOutputValues()).hasSize(BATCH_ROWS);
        harness.setProcessingTime(WAIT_MILLIS + 5);
        assertThat(harness.extractOutputValues()).hasSize(BATCH_ROWS + 1);
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void anIdleInputReleasesASingleRowWithoutTheWait(Run run) throws Exception {
        var harness = harness("sum", run);
        process(harness, 0, 1);
        // As the task does: mails, then the input once, then mails again. No row came in between.
        OpenOperators.runMails(harness);
        OpenOperators.runMails(harness);
        awaitScores(harness, 1);
    }

    @Test
    void anInputThatStillBringsRowsIsNotIdle() throws Exception {
        var harness = harness("sum", Run.IN_TASK);
        for (int row = 0; row < BATCH_ROWS - 1; row++) {
            process(harness, row, row + 1);
            OpenOperators.runMails(harness);
            assertThat(harness.extractOutputValues()).isEmpty();
        }
        OpenOperators.runMails(harness);
        assertThat(harness.extractOutputValues()).hasSize(BATCH_ROWS - 1);
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void nothingIsInFlightWhenABarrierPasses(Run run) throws Exception {
        var harness = harness("sum", run);
        process(harness, 0, BATCH_ROWS + 1);
        harness.prepareSnapshotPreBarrier(1);

        assertThat(harness.extractOutputValues()).hasSize(BATCH_ROWS + 1);
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void theEndOfTheInputReleasesWhatIsLeft(Run run) throws Exception {
        var harness = harness("sum", run);
        process(harness, 0, 1);
        harness.endInput();

        assertThat(harness.extractOutputValues()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void aWatermarkNeitherOvertakesARowNorBreaksUpItsBatch(Run run) throws Exception {
        var harness = harness("sum", run);
        process(harness, 0, 2);
        harness.processWatermark(15);
        process(harness, 2, BATCH_ROWS);
        awaitScores(harness, BATCH_ROWS);

        Object[] output = harness.getOutput().toArray();
        assertThat(output).hasSize(BATCH_ROWS + 1);
        assertThat(output[BATCH_ROWS]).isEqualTo(new Watermark(15));
    }

    @Test
    void aWatermarkWithNothingBeforeItPassesAtOnce() throws Exception {
        var harness = harness("sum", Run.IN_TASK);
        harness.processWatermark(15);
        assertThat(harness.getOutput()).containsExactly(new Watermark(15));
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void anIdleInputLeavesNoRowBehindIt(Run run) throws Exception {
        var harness = harness("sum", run);
        process(harness, 0, 1);
        harness.processWatermarkStatus(WatermarkStatus.IDLE);

        Object[] output = harness.getOutput().toArray();
        assertThat(output).hasSize(2);
        assertThat(output[1]).isEqualTo(WatermarkStatus.IDLE);
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void aPoisonRowIsADeadLetterAndTheRestOfItsBatchIsScored(Run run) throws Exception {
        var harness = harness("picky", run);
        harness.processElement(Models.vector(0, 1, 0), 0);
        harness.processElement(Models.vector(1, 1_000, 0), 10);
        harness.processElement(Models.vector(2, 3, 0), 20);
        harness.endInput();

        assertThat(harness.extractOutputValues())
                .extracting(Score::eventId)
                .containsExactly("event-0", "event-2");
        assertThat(harness.getSideOutput(DeadLetter.TAG))
                .singleElement()
                .satisfies(
                        record -> {
                            DeadLetter letter = record.getValue();
                            assertThat(letter.eventId()).isEqualTo("event-1");
                            assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.MODEL_FAILED);
                            assertThat(letter.detail())
                                    .startsWith("picky/1: The model failed on this row: ");
                            assertThat(letter.origin().bytes()).isNotEmpty();
                        });
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void aRowOnWhichTheModelDoesNotEndIsADeadLetterAndTheRestIsScored(Run run) throws Exception {
        var harness = harness("endless", run);
        harness.processElement(Models.vector(0, 1, 0), 0);
        harness.processElement(Models.vector(1, 1_000, 0), 10);
        harness.processElement(Models.vector(2, 3, 0), 20);
        harness.endInput();

        assertThat(harness.extractOutputValues())
                .extracting(Score::eventId)
                .containsExactly("event-0", "event-2");
        assertThat(harness.getSideOutput(DeadLetter.TAG))
                .singleElement()
                .satisfies(
                        record -> {
                            DeadLetter letter = record.getValue();
                            assertThat(letter.eventId()).isEqualTo("event-1");
                            assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.MODEL_TIMEOUT);
                            assertThat(letter.detail())
                                    .isEqualTo("endless/1: The model did not answer within 500 ms");
                        });
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void moreBatchesThanBuffersWaitForTheirTurn(Run run) throws Exception {
        var harness = harness("sum", run);
        process(harness, 0, 50 * BATCH_ROWS);
        harness.endInput();

        assertThat(harness.extractOutputValues()).hasSize(50 * BATCH_ROWS);
        assertThat(harness.extractOutputValues()).extracting(Score::eventTimeMillis).isSorted();
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void tunedBatchesLoseNoRowAndKeepTheirOrder(Run run) throws Exception {
        var harness = operators.open(config("sum", run, BatchSpec.tuned(Duration.ofMillis(20))));
        process(harness, 0, 20_000);
        harness.endInput();

        assertThat(harness.extractOutputValues())
                .hasSize(20_000)
                .extracting(Score::eventTimeMillis)
                .isSorted();
        assertThat(harness.extractOutputValues()).extracting(Score::value).isSorted();
    }

    @Test
    void subtasksOfOneProcessShareOneSession() throws Exception {
        var first = harness("sum", Run.IN_TASK);
        var second = harness("sum", Run.OFF_TASK);
        assertThat(ModelHost.hosted()).isEqualTo(1);

        first.close();
        operators.forget(first);
        process(second, 0, 1);
        second.endInput();
        assertThat(second.extractOutputValues()).hasSize(1);
    }

    @Test
    void aVersionWhoseBytesHaveChangedSinceTheJobWasBuiltIsRefused() throws Exception {
        InferenceConfig built = config("sum", Run.IN_TASK);
        Registries.register(registry, "sum", Models.file("log"), List.of("1,0,0"));

        assertThatThrownBy(() -> operators.open(built))
                .isInstanceOf(ModelRegistryException.class)
                .hasMessageContaining("it must still be " + built.first().get(0).digest());
    }

    private InferenceConfig config(String model, Run run) {
        return config(model, run, BatchSpec.fixed(BATCH_ROWS, Duration.ofMillis(WAIT_MILLIS)));
    }

    private InferenceConfig config(String model, Run run, BatchSpec batch) {
        return new InferenceConfig(
                RegistryAddress.directory(registry),
                new InferenceConfig.PinnedVersion(
                        model, "1", Registries.digest(Models.file(model))),
                null,
                batch,
                run,
                RUN_LIMIT_MILLIS,
                1.0,
                "review",
                "approve");
    }

    private OneInputStreamOperatorTestHarness<FeatureVector, Score> harness(String model, Run run)
            throws Exception {
        return operators.open(config(model, run));
    }

    private static void process(
            OneInputStreamOperatorTestHarness<FeatureVector, Score> harness, int from, int to)
            throws Exception {
        for (int row = from; row < to; row++) {
            harness.processElement(Models.vector(row, row, 0.5), 10L * row);
        }
    }

    /** Runs mails, waiting for those of the worker, until the scores are there. */
    private static void awaitScores(
            OneInputStreamOperatorTestHarness<FeatureVector, Score> harness, int count)
            throws Exception {
        while (harness.extractOutputValues().size() < count) {
            harness.getTaskMailbox().take(0).run();
        }
        assertThat(harness.extractOutputValues()).hasSize(count);
    }
}
