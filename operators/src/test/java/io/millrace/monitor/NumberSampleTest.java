package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.record.Distances;
import io.millrace.record.FeatureDrift;
import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class NumberSampleTest {
    private static final int ROWS = 1_500_000;
    private static final int CURRENT = 100_000;
    private static final Watched WATCHED = new Watched("x", Role.FEATURE, Kind.NUMERIC, 0);

    private final Random random = new Random(3);

    private static Distances compare(FeatureReference reference, double[] current) {
        var layout =
                CountLayout.of(
                        Scores.features(Kind.NUMERIC, "x"),
                        ReferenceProfile.of("fraud", "1", List.of(reference)));
        var counts = new Counts(layout);
        for (double value : current) {
            layout.count(Scores.of(0, "1", "", value), counts);
        }
        var rule = new DriftRule(1, 0.01, 0.06, 0.05, 0.01, 0.02, 1, 1, 0);
        FeatureDrift feature = new Comparison(layout, rule).compare(counts, null).get(0);
        return feature.fromReference();
    }

    /** Distances from a reference that was sketched, and from the same one with all its values. */
    private void assertClose(DoubleSupplier distribution, double[] current) {
        var values = new double[ROWS];
        var sample = new NumberSample(WATCHED);
        for (int i = 0; i < ROWS; i++) {
            values[i] = distribution.getAsDouble();
            sample.add(values[i]);
        }
        sample.add(Double.NaN);
        var exact = NumericReference.of("x", Role.FEATURE, values, 1);
        var sketched = (NumericReference) sample.reference();

        assertThat(sketched.rankError()).isBetween(0.0005, 0.001);
        assertThat(sketched.rows()).isEqualTo(ROWS + 1);
        assertThat(Arrays.stream(sketched.counts()).sum()).isEqualTo(ROWS);
        assertThat(sketched.min()).isEqualTo(exact.min());
        assertThat(sketched.max()).isEqualTo(exact.max());
        assertThat(sketched.mean()).isCloseTo(exact.mean(), within(1e-9 * exact.std()));
        assertThat(sketched.std()).isCloseTo(exact.std(), within(1e-9 * exact.std()));

        Distances of = compare(sketched, current);
        Distances is = compare(exact, current);
        // The sketch takes chances: these are twice what 99 of 100 keep.
        assertThat(of.psi()).isCloseTo(is.psi(), within(0.002));
        assertThat(of.jensenShannon()).isCloseTo(is.jensenShannon(), within(0.002));
        assertThat(of.ks()).isCloseTo(is.ks(), within(0.002));
        assertThat(of.ksP()).isGreaterThanOrEqualTo(is.ksP());
        assertThat(of.wassersteinNormed())
                .isCloseTo(is.wassersteinNormed(), within(0.01 + 0.02 * is.wassersteinNormed()));
    }

    private double[] current(DoubleSupplier distribution) {
        return DoubleStream.generate(distribution).limit(CURRENT).toArray();
    }

    @Test
    void aSketchedReferenceSaysWhatAllItsValuesSay() {
        assertClose(random::nextGaussian, current(() -> random.nextGaussian() + 0.25));
        assertClose(
                () -> Math.exp(random.nextGaussian()),
                current(() -> Math.exp(random.nextGaussian() + 0.1)));
        assertClose(() -> random.nextInt(5), current(() -> random.nextInt(6)));
    }

    @Test
    void aSketchedReferenceIsNoDrift() {
        var sample = new NumberSample(WATCHED);
        for (int i = 0; i < ROWS; i++) {
            sample.add(random.nextGaussian());
        }

        assertThat(compare(sample.reference(), current(random::nextGaussian)).ksP())
                .isGreaterThan(0.01);
    }

    @Test
    void aSampleThatIsNotLargeIsExact() {
        var sample = new NumberSample(WATCHED);
        double[] values = random.doubles(5_000).toArray();
        for (double value : values) {
            sample.add(value);
        }

        assertThat(sample.reference())
                .usingRecursiveComparison()
                .isEqualTo(NumericReference.of("x", Role.FEATURE, values, 0));
    }
}
