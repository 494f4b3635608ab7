package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Simulated with fixed seeds. */
class ShareTestTest {
    private static final double ALPHA = 0.05;
    private static final int RUNS = 1_000;
    private static final int LOOKS = 100;
    private static final int ROWS_A_LOOK = 100;

    @Test
    void isTheMixtureOfItsFormula() {
        var test = new ShareTest(0.9);
        test.look(80, 100);
        double mixed = 0;
        double step = 1e-5;
        for (double share = step / 2; share < 0.9; share += step) {
            mixed +=
                    Math.exp(80 * Math.log(share / 0.9) + 20 * Math.log((1 - share) / 0.1))
                            * step
                            / 0.9;
        }
        assertThat(test.p()).isCloseTo(1 / mixed, within(1e-6));
    }

    @Test
    void aShareOfTheFloorIsSaidToBeBelowNoMoreOftenThanItSays() {
        for (double floor : new double[] {0.5, 0.9, 0.999}) {
            assertThat(breaches(floor, floor)).isLessThanOrEqualTo(ALPHA);
        }
    }

    @Test
    void aShareWellBelowIsFoundOutAboutWithinTenThousandRows() {
        assertThat(breaches(0.9, 0.85)).isEqualTo(1);
        assertThat(breaches(0.999, 0.99)).isEqualTo(1);
    }

    @Test
    void nothingIsSaidOfNoRows() {
        var test = new ShareTest(0.9);
        test.look(0, 0);
        assertThat(test.p()).isCloseTo(1, within(1e-12));
    }

    private static double breaches(double floor, double share) {
        var random = new Random(2);
        int breaches = 0;
        for (int run = 0; run < RUNS; run++) {
            var test = new ShareTest(floor);
            long rows = 0;
            long of = 0;
            for (int look = 0; look < LOOKS; look++) {
                for (int i = 0; i < ROWS_A_LOOK; i++) {
                    rows += random.nextDouble() < share ? 1 : 0;
                    of++;
                }
                test.look(rows, of);
            }
            breaches += test.p() <= ALPHA ? 1 : 0;
        }
        return (double) breaches / RUNS;
    }
}
