package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every engine keeps to, on a model whose score is the sigmoid of the sum of two features. */
abstract class ScorerContract {
    private static final int ROWS = 24;

    private Scorer model;

    abstract Scorer load() throws Exception;

    @BeforeEach
    void open() throws Exception {
        model = load();
    }

    @AfterEach
    void close() {
        model.close();
    }

    private static double[] features(int row) {
        return new double[] {0.37 * row - 4, 1 - 0.11 * row};
    }

    private static double expected(int row) {
        return 1 / (1 + Math.exp(-features(row)[0] - features(row)[1]));
    }

    private static double[] scores(Scorer model, int batchRows) throws ScoringException {
        double[] scores = new double[ROWS];
        try (var rows = model.rows(batchRows, Models.LONG_MILLIS)) {
            for (int from = 0; from < ROWS; from += batchRows) {
                int count = Math.min(batchRows, ROWS - from);
                for (int row = 0; row < count; row++) {
                    assertThat(rows.put(row, features(from + row))).isNull();
                }
                rows.run(0, count);
                for (int row = 0; row < count; row++) {
                    assertThat(rows.refusal(row)).isNull();
                    scores[from + row] = rows.score(row);
                }
            }
        }
        return scores;
    }

    @Test
    void everyRowGetsItsOwnScore() throws ScoringException {
        double[] scores = scores(model, ROWS);
        for (int row = 0; row < ROWS; row++) {
            assertThat(scores[row]).isCloseTo(expected(row), within(1e-6));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 23})
    void aRowGetsTheSameBitsWhateverTheBatch(int batchRows) throws ScoringException {
        assertThat(scores(model, batchRows)).containsExactly(scores(model, ROWS));
    }

    @Test
    void aRunChangesItsOwnRowsOnly() throws ScoringException {
        try (var rows = model.rows(6, Models.LONG_MILLIS)) {
            IntStream.range(0, 6).forEach(row -> rows.put(row, features(row)));
            rows.run(0, 6);
            IntStream.range(0, 6).forEach(row -> rows.put(row, features(10 + row)));
            rows.run(2, 3);
            rows.run(4, 6);
            double[] scores = IntStream.range(0, 6).mapToDouble(rows::score).toArray();
            int[] row = {0, 1, 12, 3, 14, 15};
            double[] alone = scores(model, ROWS);
            assertThat(scores)
                    .containsExactly(IntStream.of(row).mapToDouble(i -> alone[i]).toArray());
        }
    }

    @Test
    void aScoreThatIsNotFiniteIsRefusedAndTheRowsBesideItAreNot() throws ScoringException {
        try (var rows = model.rows(3, Models.LONG_MILLIS)) {
            rows.put(0, features(0));
            rows.put(1, new double[] {Double.NaN, 0});
            rows.put(2, features(2));
            rows.run(0, 3);
            assertThat(rows.refusal(0)).isNull();
            assertThat(rows.refusal(1)).isEqualTo("The score is NaN; it must be finite");
            assertThat(rows.refusal(2)).isNull();
        }
    }

    @Test
    void aVectorOfAnotherWidthIsNoRow() {
        assertThat(model.inputWidth()).isEqualTo(2);
        try (var batch = new MicroBatch(model, 2, Models.LONG_MILLIS)) {
            assertThatThrownBy(() -> batch.add(Models.vector(0, 1, 2, 3)))
                    .hasMessage("The feature vector has 3 values; it must have the 2 of the model");
        }
    }

    @Test
    void severalThreadsScoreWithOneModel() throws Exception {
        double[] alone = scores(model, ROWS);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<double[]> scoring = () -> scores(model, 5);
            List<Future<double[]>> scored = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                scored.add(threads.submit(scoring));
            }
            for (Future<double[]> one : scored) {
                assertThat(one.get()).containsExactly(alone);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aModelThatIsClosedLeavesOthersOpen() throws Exception {
        try (Scorer other = load()) {
            double[] before = scores(other, 3);
            model.close();
            model = load();
            assertThat(scores(other, 3)).containsExactly(before);
        }
    }
}
