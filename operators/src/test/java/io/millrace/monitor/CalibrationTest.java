package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CalibrationTest {

    @Test
    void rowsOfOneScoreAreOnePoint() {
        var calibration =
                Calibration.fit(
                        new double[] {1, 2, 2, 3},
                        new double[] {0.2, 0.1, 1, 0.9},
                        new double[] {1, 1, 1, 2});
        // The two rows at 2 are 0.55 together, which is more than 0.2: nothing is pooled.
        assertThat(calibration.scores()).containsExactly(1, 2, 3);
        assertThat(calibration.probabilities()).containsExactly(0.2, 0.55, 0.9);
        assertThat(new CalibrationCurve(calibration).probability(1.5))
                .isCloseTo(0.375, within(1e-15));
    }

    @Test
    void aFallIsPooledByWeight() {
        var calibration =
                new CalibrationCurve(
                        Calibration.fit(
                                new double[] {3, 1, 2},
                                new double[] {1, 0.6, 0},
                                new double[] {1, 1, 2}));
        assertThat(calibration.probability(1)).isCloseTo(0.2, within(1e-15));
        assertThat(calibration.probability(2)).isCloseTo(0.2, within(1e-15));
        assertThat(calibration.probability(3)).isEqualTo(1);
    }

    @Property
    void neverFallsAndStaysBetweenTheFirstAndTheLast(
            @ForAll @Size(min = 1, max = 40) List<@DoubleRange(min = -2, max = 2) Double> scores,
            @ForAll @DoubleRange(min = -3, max = 3) double low,
            @ForAll @DoubleRange(min = -3, max = 3) double high) {
        double[] at = scores.stream().mapToDouble(Double::doubleValue).toArray();
        double[] truths = new double[at.length];
        double[] weights = new double[at.length];
        for (int i = 0; i < at.length; i++) {
            truths[i] = (i * 7 % 5) / 4.0;
            weights[i] = 1 + i % 3;
        }
        var calibration = new CalibrationCurve(Calibration.fit(at, truths, weights));
        double lower = calibration.probability(Math.min(low, high));
        double upper = calibration.probability(Math.max(low, high));
        assertThat(lower).isBetween(0.0, 1.0).isLessThanOrEqualTo(upper);
    }

    @Test
    void aProfileKeepsItAndSignsIt() {
        var calibration = new Calibration(new double[] {0.25, 0.75}, new double[] {0, 0.5});
        var without = ReferenceProfile.of("fraud", "7", List.of());
        var with = without.with(calibration);

        assertThat(with.digest()).isNotEqualTo(without.digest());
        assertThat(ReferenceProfile.read(with.json()).calibration())
                .usingRecursiveComparison()
                .isEqualTo(calibration);
        assertThat(ReferenceProfile.read(without.json()).calibration()).isNull();
    }

    @Test
    void oneThatFallsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Calibration(new double[] {1, 2}, new double[] {0.5, 0.4}))
                .withMessage("a calibration's probability is 0.4; it must be between 0.5 and 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Calibration(new double[] {2, 2}, new double[] {0.5, 0.6}))
                .withMessage("a calibration's score 2.0 follows 2.0; it must be larger");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Calibration(new double[0], new double[0]))
                .withMessageContaining("at least one");
    }
}
