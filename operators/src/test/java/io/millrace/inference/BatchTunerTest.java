package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchTunerTest {
    private static final int MOST_ROWS = 1024;

    /** A fixed cost of each run and one of each row, as small models have it. */
    private static double small(int rows) {
        return 10_000 + 200.0 * rows;
    }

    /** Beyond 64 rows the model's memory no longer fits the cache. */
    private static double cached(int rows) {
        return 5_000 + 1_000.0 * rows + Math.max(0, rows - 64) * 500.0;
    }

    /** A model for which a run is long. */
    private static double slow(int rows) {
        return 1e6 + 0.1e6 * rows;
    }

    @Test
    void chooseAsFewRowsAsAreHardlyDearer() {
        var tuner = new BatchTuner(costs(BatchTunerTest::small, MOST_ROWS), MOST_ROWS, 20);
        // 210 ns per row at 1,024 and 220 at 512, which is 4.7 % more.
        assertThat(tuner.rows()).isEqualTo(1024);
        assertThat(new BatchTuner(costs(BatchTunerTest::cached, MOST_ROWS), MOST_ROWS, 20).rows())
                .isEqualTo(64);
    }

    @Test
    void aRowWaitsForTwoRunsAndItsOwnAtMost() {
        // 3 x (1 + 0.1 x 32) ms is 12.6; of 64 rows it would be 22.2.
        var tuner = new BatchTuner(costs(BatchTunerTest::slow, MOST_ROWS), MOST_ROWS, 20);
        assertThat(tuner.rows()).isEqualTo(32);
        assertThat(tuner.waitMillis()).isEqualTo(7);
    }

    @Test
    void aModelThatIsTooSlowForItsLatencyScoresRowByRow() {
        var tuner = new BatchTuner(costs(rows -> 30e6, 1), MOST_ROWS, 20);
        assertThat(tuner.rows()).isOne();
        assertThat(tuner.waitMillis()).isOne();
    }

    @Test
    void neverMoreRowsThanThereIsRoomFor() {
        var tuner = new BatchTuner(costs(BatchTunerTest::small, MOST_ROWS), 100, 20);
        assertThat(run(tuner, BatchTunerTest::small, 0, 10_000)).isLessThanOrEqualTo(64);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aMisleadingWarmUpIsForgotten(long seed) {
        // As if the machine had been busy with something else while small batches were warmed up.
        var misled = costs(rows -> rows < 256 ? 10 * cached(rows) : 1e5 * rows, 1024);
        var tuner = new BatchTuner(misled, MOST_ROWS, 20);
        int rows = run(tuner, BatchTunerTest::cached, seed, 50_000);
        assertThat(cached(rows) / rows).isLessThan(1.1 * cached(64) / 64);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void followsAModelThatBecomesSlower(long seed) {
        var tuner = new BatchTuner(costs(BatchTunerTest::small, MOST_ROWS), MOST_ROWS, 20);
        run(tuner, BatchTunerTest::small, seed, 5_000);
        int rows = run(tuner, BatchTunerTest::slow, seed, 5_000);
        assertThat(3 * slow(rows)).isLessThan(20e6);
        assertThat(slow(rows) / rows).isLessThan(0.18e6);
    }

    @Test
    void aFewRunsThatTheMachineHeldUpChangeNothing() {
        var tuner = new BatchTuner(costs(BatchTunerTest::cached, MOST_ROWS), MOST_ROWS, 20);
        for (int run = 0; run < 2_000; run++) {
            int rows = tuner.rows();
            tuner.ran(rows, run % 100 == 7 ? 50_000_000 : (long) cached(rows));
        }
        assertThat(tuner.chosenRows()).isBetween(32, 128);
    }

    @Test
    void aBatchThatWasNotFilledSaysNothing() {
        var tuner = new BatchTuner(costs(BatchTunerTest::cached, MOST_ROWS), MOST_ROWS, 20);
        for (int run = 0; run < 2_000; run++) {
            tuner.ran(3, 1);
        }
        assertThat(tuner.rows()).isEqualTo(64);
    }

    private static RunCosts costs(IntToDoubleFunction model, int mostRows) {
        return new RunCosts(
                IntStream.rangeClosed(0, RunCosts.exponent(mostRows))
                        .mapToLong(size -> (long) model.applyAsDouble(1 << size))
                        .toArray());
    }

    /** Full batches only, each within a tenth of what the model takes. */
    private static int run(BatchTuner tuner, IntToDoubleFunction model, long seed, int runs) {
        var random = new SplittableRandom(seed);
        for (int run = 0; run < runs; run++) {
            int rows = tuner.rows();
            double noise = 0.9 + 0.2 * random.nextDouble();
            tuner.ran(rows, (long) (model.applyAsDouble(rows) * noise));
        }
        return tuner.chosenRows();
    }
}
