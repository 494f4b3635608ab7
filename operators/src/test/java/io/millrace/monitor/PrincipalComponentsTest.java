package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
                "m", "1", references, null, PrincipalComponents.of(references, rows));
    }

    private static Reconstruction reconstruction(List<Watched> watched, ReferenceProfile profile) {
        var components = Objects.requireNonNull(profile.components());
        return Objects.requireNonNull(components.of(watched, profile));
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
        for (JsonNode window : expected.json.path("windows")) {
            assertErrors(reconstruction, expected.rows(window.path("rows")), window.path("errors"));
        }
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
        assertThat(components.of(watched.subList(1, watched.size()), profile)).isNull();
        assertThat(components.of(watched, profile)).isNotNull();
    }

    @Test
    void aSampleIsUniformAndTheSameEachTime() {
        var one = new RowSample(1);
        var other = new RowSample(1);
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
        var sample = new RowSample(1_000);
        var random = new Random(1);
        for (int row = 0; row < 5_000; row++) {
            sample.add(random.doubles(1_000).toArray());
        }
        assertThat(sample.rows()).hasDimensions(4_000, 1_000);
    }
}
