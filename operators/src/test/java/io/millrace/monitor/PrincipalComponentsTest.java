package io.millrace.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.record.FeatureDrift.Contributor;
import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How far rows are from what a reference's features have in common, as scikit-learn says it. */
class PrincipalComponentsTest {
    private static final Path CASES = Path.of("src/test/resources/drift/reconstruction/cases.json");

    private static final List<Watched> SIX =
            Scores.features(Kind.NUMERIC, "f0", "f1", "f2", "f3", "f4", "f5");

    record Case(JsonNode json) {

        double[][] rows(JsonNode rows) {
            return StreamSupport.stream(rows.spliterator(), false)
                    .map(
                            row ->
                                    StreamSupport.stream(row.spliterator(), false)
                                            .mapToDouble(
                                                    value ->
                                                            value.isNull()
                                                                    ? Double.NaN
                                                                    : value.doubleValue())
                                            .toArray())
                    .toArray(double[][]::new);
        }

        double[][] reference() {
            return rows(json.path("reference"));
        }

        List<Watched> watched() {
            var watched = new ArrayList<Watched>();
            for (int place = 0; place < reference()[0].length; place++) {
                boolean isCategorical = false;
                for (JsonNode categorical : json.path("categorical")) {
                    isCategorical |= categorical.intValue() == place;
                }
                watched.add(
                        new Watched(
                                "f" + place,
                                Role.FEATURE,
                                isCategorical ? Kind.CATEGORICAL : Kind.NUMERIC,
                                place));
            }
            return watched;
        }

        @Override
        public String toString() {
            return json.path("name").textValue();
        }
    }

    static Stream<Case> cases() {
        try {
            JsonNode cases = new ObjectMapper().readTree(Files.readAllBytes(CASES)).path("cases");
            return StreamSupport.stream(cases.spliterator(), false).map(Case::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ReferenceProfile profile(List<Watched> watched, double[][] rows) {
        var references = new ArrayList<FeatureReference>();
        for (Watched one : watched) {
            SeriesSample sample =
                    one.kind() == Kind.NUMERIC ? new NumberSample(one) : new CategorySample(one);
            for (double[] row : rows) {
                sample.add(row[one.place()]);
            }
            references.add(sample.reference());
        }
        return ReferenceProfile.of(
                "m", "1", references, null, PrincipalComponents.of(references, rows), List.of());
    }

    private static Reconstruction reconstruction(List<Watched> watched, ReferenceProfile profile) {
        var components = Objects.requireNonNull(profile.components());
        return Objects.requireNonNull(components.of(watched, profile.series()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void errorsAreThoseOfScikitLearn(Case expected) {
        List<Watched> watched = expected.watched();
        double[][] reference = expected.reference();
        ReferenceProfile profile = profile(watched, reference);
        assertThat(Objects.requireNonNull(profile.components()).components())
                .hasDimensions(expected.json.path("components").intValue(), watched.size());
        // As it is read from where it was registered.
        var reconstruction = reconstruction(watched, ReferenceProfile.read(profile.json()));
        assertErrors(reconstruction, reference, expected.json.path("reference_errors"));
        assertThat(reconstruction.principal().residuals())
                .containsExactly(meanSquares(reconstruction, reference), within(1e-9));
        for (JsonNode window : expected.json.path("windows")) {
            assertErrors(reconstruction, expected.rows(window.path("rows")), window.path("errors"));
        }
    }

    /** Of each feature, the mean square of what is left of it. */
    private static double[] meanSquares(Reconstruction reconstruction, double[][] rows) {
        var squares = new double[reconstruction.rest().length];
        for (double[] row : rows) {
            double error = reconstruction.error(row);
            double sum = 0;
            for (int i = 0; i < squares.length; i++) {
                double square = reconstruction.rest()[i] * reconstruction.rest()[i];
                squares[i] += square / rows.length;
                sum += square;
            }
            assertThat(sum).isCloseTo(error * error, within(1e-9 * Math.max(1, sum)));
        }
        return squares;
    }

    /** Three features that are nearly one, and three that are on their own. */
    private static double[][] rows(long seed, boolean isThirdAlone) {
        var random = new Random(seed);
        var rows = new double[5_000][];
        for (int row = 0; row < rows.length; row++) {
            double one = random.nextGaussian();
            double third = isThirdAlone ? random.nextGaussian() : one;
            rows[row] =
                    new double[] {
                        random.nextGaussian(),
                        random.nextGaussian(),
                        random.nextGaussian(),
                        one + 0.1 * random.nextGaussian(),
                        -one + 0.1 * random.nextGaussian(),
                        third + 0.1 * random.nextGaussian()
                    };
        }
        return rows;
    }

    private static List<Contributor> contributors(ReferenceProfile profile, double[][] rows) {
        var reconstruction = reconstruction(SIX, profile);
        double[] squares = meanSquares(reconstruction, rows);
        for (int i = 0; i < squares.length; i++) {
            squares[i] *= rows.length;
        }
        return Contributors.of(reconstruction.principal(), squares, rows.length);
    }

    @Test
    void theFeatureThatBreaksAwayIsToBlameAndNotThoseThatNeverFitted() {
        var profile = profile(SIX, rows(1, false));

        List<Contributor> contributors = contributors(profile, rows(2, true));

        Contributor worst = contributors.get(0);
        assertThat(worst.name()).isEqualTo("f5");
        assertThat(worst.referenceShare()).isLessThan(0.05);
        assertThat(worst.share()).isGreaterThan(0.15);
        assertThat(contributors).hasSize(6);
        assertThat(contributors.get(3).name()).isEqualTo("f0");
        assertThat(contributors.get(3).share()).isGreaterThan(worst.share());
        assertThat(contributors.stream().mapToDouble(Contributor::share).sum())
                .isCloseTo(1, within(1e-9));
        assertThat(contributors.stream().mapToDouble(Contributor::referenceShare).sum())
                .isCloseTo(1, within(1e-9));
    }

    @Test
    void aProfileFromBeforeTheReferencesSharesWereKeptIsReadAndRanksByTheErrorsAlone() {
        ReferenceProfile profile = profile(SIX, rows(1, false));
        var components = Objects.requireNonNull(profile.components());
        ReferenceProfile before =
                ReferenceProfile.read(
                        ReferenceProfile.of(
                                        "m",
                                        "1",
                                        profile.series(),
                                        null,
                                        new PrincipalComponents(
                                                components.columns(),
                                                components.components(),
                                                new double[0]),
                                        List.of())
                                .json());
        assertThat(new String(before.json(), UTF_8)).doesNotContain("residuals");

        List<Contributor> contributors = contributors(before, rows(2, true));

        assertThat(contributors)
                .isSortedAccordingTo(Comparator.comparingDouble(Contributor::share).reversed());
        assertThat(contributors).extracting(Contributor::referenceShare).containsOnly(Double.NaN);
        assertThat(Contributors.of(components, new double[6], 10)).isEmpty();
    }

    private static void assertErrors(
            Reconstruction reconstruction, double[][] rows, JsonNode expected) {
        assertThat(expected.size()).isEqualTo(rows.length);
        for (int row = 0; row < rows.length; row++) {
            double error = expected.path(row).doubleValue();
            assertThat(reconstruction.error(rows[row]))
                    .as("row %d", row)
                    .isCloseTo(error, within(1e-9 * Math.max(1, error)));
        }
    }

    @Test
    void whatHasNothingInCommonHasNoComponents() {
        var watched =
                List.of(
                        new Watched("x", Role.FEATURE, Kind.NUMERIC, 0),
                        new Watched("constant", Role.FEATURE, Kind.NUMERIC, 1));
        double[][] constant = {{1, 2}, {1, 2}, {1, Double.NaN}};
        assertThat(profile(watched, constant).components()).isNull();
        double[][] alone = {{1, Double.NaN}, {2, Double.NaN}};
        assertThat(profile(watched, alone).components()).isNull();
    }

    @Test
    void aFeatureThatIsNoLongerWatchedLeavesNothingToCompare() {
        var watched = cases().findFirst().orElseThrow().watched();
        var profile = profile(watched, cases().findFirst().orElseThrow().reference());
        var components = Objects.requireNonNull(profile.components());
        assertThat(components.of(watched.subList(1, watched.size()), profile.series())).isNull();
        assertThat(components.of(watched, profile.series())).isNotNull();
    }

    @Test
    void aSampleIsUniformAndTheSameEachTime() {
        var one = new RowSample(1, RowSample.MOST_ROWS);
        var other = new RowSample(1, RowSample.MOST_ROWS);
        int rows = 5 * RowSample.MOST_ROWS;
        for (int row = 0; row < rows; row++) {
            one.add(new double[] {row});
            other.add(new double[] {row});
        }
        assertThat(one.rows()).isDeepEqualTo(other.rows()).hasDimensions(RowSample.MOST_ROWS, 1);
        double mean = Stream.of(one.rows()).mapToDouble(row -> row[0]).average().orElseThrow();
        double std = rows / Math.sqrt(12);
        assertThat(mean).isCloseTo(rows / 2.0, within(4 * std / Math.sqrt(RowSample.MOST_ROWS)));
    }

    @Test
    void aSampleOfWideRowsIsSmall() {
        var sample = new RowSample(1_000, RowSample.MOST_ROWS);
        var random = new Random(1);
        for (int row = 0; row < 5_000; row++) {
            sample.add(random.doubles(1_000).toArray());
        }
        assertThat(sample.rows()).hasDimensions(4_000, 1_000);
    }
}
