package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.record.Distances;
import io.millrace.record.FeatureDrift;
import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every distance of two samples is what numpy and scipy say of them, to 1e-9. */
class GeneratedDriftTest {
    private static final Path CASES = Path.of("src/test/resources/drift/samples/cases.json");
    private static final DriftRule RULE = new DriftRule(1, 0.01, 0.06, 0.05, 0.01, 0.02, 2, 3, 0);

    record Case(String name, JsonNode json) {

        double[] sample(String of) {
            return numbers(json.path(of));
        }

        Map<String, Long> counts(String of) {
            var counts = new TreeMap<String, Long>();
            json.path(of)
                    .properties()
                    .forEach(count -> counts.put(count.getKey(), count.getValue().longValue()));
            return counts;
        }

        double expected(String measure) {
            JsonNode number = json.path("expected").path(measure);
            assertThat(number.isNumber()).as(measure).isTrue();
            return number.doubleValue();
        }

        /** To 1e-9, of what is larger than 1 relatively: doubles have no more digits. */
        Offset<Double> exact(String measure) {
            return within(1e-9 * Math.max(1, expected(measure)));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static double[] numbers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToDouble(JsonNode::doubleValue)
                .toArray();
    }

    private static Stream<Case> cases(String kind) {
        try {
            JsonNode cases = new ObjectMapper().readTree(Files.readAllBytes(CASES)).path(kind);
            return StreamSupport.stream(cases.spliterator(), false)
                    .map(json -> new Case(json.path("name").textValue(), json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<Case> numeric() {
        return cases("numeric");
    }

    static Stream<Case> categorical() {
        return cases("categorical");
    }

    private static void assertIs(double actual, Case drift, String measure) {
        assertThat(actual).as(measure).isCloseTo(drift.expected(measure), drift.exact(measure));
    }

    @ParameterizedTest
    @MethodSource("numeric")
    void samplesOfNumbersAreAsFarApartAsExpected(Case drift) {
        double[] reference = drift.sample("reference");
        double[] current = drift.sample("current");
        double ks = Steps.of(reference).largestDifference(Steps.of(current));
        assertIs(ks, drift, "ks");
        assertIs(Kolmogorov.p(ks, reference.length, current.length), drift, "ks_p");
        assertIs(Steps.of(reference).areaBetween(Steps.of(current)), drift, "wasserstein");
        double[] sorted = reference.clone();
        Arrays.sort(sorted);
        assertThat(new Quantiles(sorted).between(10))
                .containsExactly(numbers(drift.json().path("expected").path("edges")));
    }

    @ParameterizedTest
    @MethodSource("numeric")
    void countersOfNumbersAreAsFarApartAsExpected(Case drift) {
        var reference = NumericReference.of("x", Role.FEATURE, drift.sample("reference"), 0);
        var layout =
                CountLayout.of(
                        Scores.features(Kind.NUMERIC, "x"),
                        ReferenceProfile.of("fraud", "1", List.of(reference)));
        var counts = new Counts(layout);
        for (double value : drift.sample("current")) {
            layout.count(Scores.of(0, "1", "", value), counts);
        }
        FeatureDrift feature = new Comparison(layout, RULE).compare(counts, null).get(0);

        Distances from = feature.fromReference();
        assertIs(from.psi(), drift, "psi");
        assertIs(from.psiP(), drift, "psi_p");
        assertIs(from.jensenShannon(), drift, "jensen_shannon");
        assertIs(from.hellinger(), drift, "hellinger");
        assertIs(from.totalVariation(), drift, "total_variation");
        assertIs(from.largestDifference(), drift, "largest_difference");
    }

    @ParameterizedTest
    @MethodSource("categorical")
    void categoriesAreAsFarApartAsExpected(Case drift) {
        var all = CategoryCounts.of(drift.counts("reference"), drift.counts("current"));

        var divergence = all.divergence();
        assertIs(divergence.psi(), drift, "psi");
        assertIs(divergence.psiP(), drift, "psi_p");
        assertIs(divergence.jensenShannon(), drift, "jensen_shannon");
        assertIs(divergence.hellinger(), drift, "hellinger");
        assertIs(divergence.totalVariation(), drift, "total_variation");
        assertIs(divergence.largestDifference(), drift, "largest_difference");
        var test = all.chiSquared();
        assertIs(test.statistic(), drift, "chi_squared");
        assertIs(test.p(), drift, "chi_squared_p");
        assertIs(test.degrees(), drift, "degrees");
        long rows = Divergence.sum(all.reference()) + Divergence.sum(all.current());
        assertIs(test.cramersV(rows), drift, "cramers_v");
    }
}
