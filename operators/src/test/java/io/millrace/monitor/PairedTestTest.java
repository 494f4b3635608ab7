package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Simulated with fixed seeds: how often it errs where it must not, and how soon it finds out. */
class PairedTestTest {
    private static final double ALPHA = 0.05;
    private static final int RUNS = 1_000;
    private static final int LOOKS = 100;
    private static final int PAIRS_A_LOOK = 500;

    @Test
    void isTheMixtureOfItsFormula() {
        var test = new PairedTest();
        test.look(12, 40);
        // The integral of exp(lS - l²V/2) over l from N(0, r²), summed up by hand.
        double mixed = 0;
        double step = 1e-4;
        for (double l = -4; l < 4; l += step) {
            double density =
                    Math.exp(-l * l / (2 * PairedTest.MIXTURE))
                            / Math.sqrt(2 * Math.PI * PairedTest.MIXTURE);
            mixed += density * Math.exp(l * 12 - l * l * 40 / 2) * step;
        }
        assertThat(test.pOfPositive()).isCloseTo(1 / mixed, within(1e-6));
        assertThat(test.pOfNegative()).isEqualTo(1);
    }

    @Test
    void modelsThatAreAlikeAreToldApartNoMoreOftenThanItSays() {
        // Every fiftieth decision differs, and each model is right in half of them.
        assertThat(errors(random -> random.nextInt(50) > 0 ? 0 : random.nextBoolean() ? 1 : -1))
                .isLessThanOrEqualTo(ALPHA);
    }

    @Test
    void soAreModelsOfWhichOneErrsOftenAndCheaplyAndTheOtherSeldomAndDearly() {
        // 2 of 100 cost a tenth less, 2 of 1000 cost one more: a mean of 0, and not symmetric.
        assertThat(
                        errors(
                                random -> {
                                    int row = random.nextInt(1_000);
                                    return row < 20 ? 0.1 : row < 22 ? -1 : 0;
                                }))
                .isLessThanOrEqualTo(ALPHA);
    }

    @Test
    void soAreScoresThatDifferByAHair() {
        assertThat(errors(random -> 0.01 * random.nextGaussian())).isLessThanOrEqualTo(ALPHA);
    }

    @Test
    void aBetterModelIsFoundOutAboutWithinABoundedNumberOfPairs() {
        // Of every fiftieth decision that differs, the challenger is right in three of four.
        var random = new Random(3);
        for (int run = 0; run < 200; run++) {
            var test = new PairedTest();
            double sum = 0;
            double squares = 0;
            int pairs = 0;
            while (test.pOfPositive() > ALPHA) {
                for (int i = 0; i < PAIRS_A_LOOK; i++) {
                    double difference = random.nextInt(50) > 0 ? 0 : random.nextInt(4) > 0 ? 1 : -1;
                    sum += difference;
                    squares += difference * difference;
                }
                pairs += PAIRS_A_LOOK;
                test.look(sum, squares);
            }
            assertThat(pairs).isLessThanOrEqualTo(10_000);
            assertThat(test.pOfNegative()).isGreaterThan(ALPHA);
        }
    }

    /** The share of simulated runs in which any of a hundred looks shows any difference. */
    private static double errors(ToDoubleFunction<Random> differences) {
        var random = new Random(1);
        int errors = 0;
        for (int run = 0; run < RUNS; run++) {
            var test = new PairedTest();
            double sum = 0;
            double squares = 0;
            for (int look = 0; look < LOOKS; look++) {
                for (int i = 0; i < PAIRS_A_LOOK; i++) {
                    double difference = differences.applyAsDouble(random);
                    sum += difference;
                    squares += difference * difference;
                }
                test.look(sum, squares);
            }
            if (Math.min(test.pOfPositive(), test.pOfNegative()) <= ALPHA) {
                errors++;
            }
        }
        return (double) errors / RUNS;
    }
}
