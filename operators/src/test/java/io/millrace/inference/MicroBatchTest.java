package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.record.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MicroBatchTest {

    @Test
    void everyRowGetsItsOwnScoreInOrder() {
        try (var model = Models.sum();
                var batch = new MicroBatch(model, 8, Models.LONG_MILLIS)) {
            for (int i = 0; i < 5; i++) {
                batch.add(Models.vector(i, i, 0.5));
            }
            batch.score();

            assertThat(batch.rows()).isEqualTo(5);
            for (int i = 0; i < 5; i++) {
                assertThat(batch.vector(i).eventId()).isEqualTo("event-" + i);
                assertThat(batch.refusal(i)).isNull();
                assertThat(batch.value(i)).isEqualTo(i + 0.5);
            }
        }
    }

    @Test
    void theScoreOfTwoClassesIsTheProbabilityOfTheSecond() {
        try (var model = Models.load("classes");
                var batch = new MicroBatch(model, 2, Models.LONG_MILLIS)) {
            batch.add(Models.vector(0, 2, 1));
            batch.score();

            assertThat(batch.value(0)).isCloseTo(1 / (1 + Math.exp(-3)), within(1e-6));
        }
    }

    @Property(tries = 50)
    void aRowThatFailsTheRunIsRefusedAndAllOthersAreScored(
            @ForAll @IntRange(min = 1, max = 33) int rows,
            @ForAll @Size(max = 5) Set<@IntRange(max = 32) Integer> poisoned) {
        try (var model = Models.load("picky");
                var batch = new MicroBatch(model, 33, Models.LONG_MILLIS)) {
            for (int i = 0; i < rows; i++) {
                batch.add(Models.vector(i, i % 4, poisoned.contains(i) ? 1_000 : 0));
            }
            batch.score();

            for (int i = 0; i < rows; i++) {
                if (poisoned.contains(i)) {
                    assertThat(batch.refusal(i)).startsWith("The model failed on this row: ");
                } else {
                    assertThat(batch.refusal(i)).isNull();
                    assertThat(batch.value(i)).isCloseTo(0.1 * (i % 4), within(1e-6));
                }
            }
        }
    }

    @Test
    void aScoreThatIsNotFiniteIsRefused() {
        try (var model = Models.load("log");
                var batch = new MicroBatch(model, 4, Models.LONG_MILLIS)) {
            batch.add(Models.vector(0, -1, 0));
            batch.add(Models.vector(1, 1, 0));
            batch.add(Models.vector(2, 0, 0));
            batch.add(Models.vector(3, Double.NaN, 0));
            batch.score();

            List<String> refusals = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                refusals.add(String.valueOf(batch.refusal(i)));
            }
            assertThat(refusals)
                    .containsExactly(
                            "The score is NaN; it must be finite",
                            "null",
                            "The score is -Infinity; it must be finite",
                            "The score is NaN; it must be finite");
        }
    }

    @Test
    void aClearedBatchKeepsNothingOfItsLastRun() {
        try (var model = Models.load("log");
                var batch = new MicroBatch(model, 2, Models.LONG_MILLIS)) {
            batch.add(Models.vector(0, -1, 0));
            batch.score();
            batch.clear();
            assertThat(batch.isEmpty()).isTrue();

            batch.add(Models.vector(1, 1, 0));
            batch.score();
            assertThat(batch.refusal(0)).isNull();
            assertThat(batch.value(0)).isZero();
        }
    }

    @Test
    void theVectorsNumbersAreCopiedAtOnce() {
        try (var model = Models.sum();
                var batch = new MicroBatch(model, 2, Models.LONG_MILLIS)) {
            double[] reused = {1, 2};
            batch.add(Models.vector(0, reused));
            reused[0] = 100;
            batch.score();

            assertThat(batch.value(0)).isEqualTo(3);
        }
    }

    @Test
    void aVectorOfAnotherWidthIsABug() {
        try (var model = Models.sum();
                var batch = new MicroBatch(model, 2, Models.LONG_MILLIS)) {
            assertThatThrownBy(() -> batch.add(Models.vector(0, 1, 2, 3)))
                    .hasMessage("The feature vector has 3 values; it must have the 2 of the model");
        }
    }

    @Test
    void aRowOnWhichTheRunDoesNotEndIsFoundLikeOneThatMakesItFail() {
        try (var model = Models.load("endless");
                var batch = new MicroBatch(model, 8, 200)) {
            for (int i = 0; i < 8; i++) {
                batch.add(Models.vector(i, i == 5 ? 1_000 : i, 0));
            }
            batch.score();

            for (int i = 0; i < 8; i++) {
                assertThat(batch.isOverdue(i)).isEqualTo(i == 5);
                assertThat(batch.refusal(i))
                        .isEqualTo(i == 5 ? "The model did not answer within 200 ms" : null);
            }
            assertThat(batch.isUnanswered()).isFalse();
            assertThat(batch.value(7)).isEqualTo(7);
        }
    }

    @Test
    void aModelThatIsSlowForAllRowsIsNotAskedForEach() {
        var slow = new Slow();
        try (var batch = new MicroBatch(slow, 64, 200)) {
            for (int i = 0; i < 64; i++) {
                batch.add(Models.vector(i, i, 0));
            }
            batch.score();

            assertThat(batch.isUnanswered()).isTrue();
            assertThat(slow.runs).as("the whole and its halves").isEqualTo(3);
        }
    }

    /** A model that never answers in time. */
    private static final class Slow implements Scorer, ScoringRows {
        private int runs;

        @Override
        public int inputWidth() {
            return 2;
        }

        @Override
        public ScoringRows rows(int capacity, long limitMillis) {
            return this;
        }

        @Override
        public @Nullable String put(int row, double[] features) {
            return null;
        }

        @Override
        public void run(int from, int to) throws ScoringException {
            runs++;
            throw ScoringException.overdue(200, new IllegalStateException("ended"));
        }

        @Override
        public @Nullable String refusal(int row) {
            throw new IllegalStateException("no row was answered");
        }

        @Override
        public double score(int row) {
            throw new IllegalStateException("no row was answered");
        }

        @Override
        public List<Score.Output> outputs(int row) {
            return List.of();
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
