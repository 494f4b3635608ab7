package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.monitor.DriftCases.Case;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every distance of two samples is what other implementations say, to 1e-9. */
class TwoSampleTest {
    private static final Offset<Double> EXACT = within(1e-9);

    static Stream<Case> comparedNumbers() {
        return DriftCases.of("numeric").filter(TwoSampleTest::isCompared);
    }

    static Stream<Case> comparedCategories() {
        return DriftCases.of("categorical").filter(TwoSampleTest::isCompared);
    }

    private static boolean isCompared(Case drift) {
        return drift.expected().path("status").textValue().equals("ok");
    }

    private static double[] valid(double[] values) {
        return Arrays.stream(values).filter(Double::isFinite).toArray();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("comparedNumbers")
    void numbersAreAsFarApartAsExpected(Case drift) {
        double[] reference = valid(Case.numbers(drift.reference()));
        double[] current = valid(Case.numbers(drift.current()));
        Steps from = Steps.of(reference);
        Steps to = Steps.of(current);

        double ks = from.largestDifference(to);
        assertThat(ks).isCloseTo(drift.number("ks", "D"), EXACT);
        double p = Kolmogorov.p(ks, reference.length, current.length);
        assertThat(p).isCloseTo(drift.number("ks", "p_limit"), EXACT);
        if (drift.number("ks", "p_limit") > 1e-290) {
            assertThat(p / drift.number("ks", "p_limit")).isCloseTo(1, within(1e-9));
        }
        double area = from.areaBetween(to);
        assertThat(area).isCloseTo(drift.number("wasserstein"), EXACT);
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("comparedNumbers")
    void edgesAreExact(Case drift) {
        double[] reference = valid(Case.numbers(drift.reference()));
        Arrays.sort(reference);
        assertThat(new Quantiles(reference).between(10))
                .containsExactly(numbers(drift.expected(), "edges"), within(1e-12));
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("comparedCategories")
    void categoriesAreAsFarApartAsExpected(Case drift) {
        Map<String, Long> reference = Case.categories(drift.reference());
        Map<String, Long> current = Case.categories(drift.current());
        var all = CategoryCounts.of(reference, current);

        var divergence = all.divergence();
        assertThat(divergence.psi()).isCloseTo(drift.number("psi"), EXACT);
        assertThat(divergence.psiP()).isCloseTo(drift.number("psi_p_value"), EXACT);
        assertThat(divergence.jensenShannon()).isCloseTo(drift.number("js_distance"), EXACT);
        assertThat(divergence.hellinger()).isCloseTo(drift.number("hellinger"), EXACT);
        assertThat(divergence.totalVariation()).isCloseTo(drift.number("tv"), EXACT);
        assertThat(divergence.largestDifference()).isCloseTo(drift.number("linf"), EXACT);
        assertChiSquared(all.chiSquared(), drift, "chi2");
        long rows = Divergence.sum(all.reference()) + Divergence.sum(all.current());
        assertThat(all.chiSquared().cramersV(rows))
                .isCloseTo(drift.number("cramers_v_corrected"), EXACT);
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("comparedCategories")
    void theFiftyMostFrequentAndTheOthersAreAsFarApartAsExpected(Case drift) {
        var bounded =
                CategoryCounts.bounded(
                        Case.categories(drift.reference()), Case.categories(drift.current()), 50);

        var divergence = bounded.divergence();
        assertThat(divergence.psi()).isCloseTo(drift.number("top50", "psi"), EXACT);
        assertThat(divergence.psiP()).isCloseTo(drift.number("top50", "psi_p_value"), EXACT);
        assertThat(divergence.jensenShannon())
                .isCloseTo(drift.number("top50", "js_distance"), EXACT);
        assertThat(divergence.totalVariation()).isCloseTo(drift.number("top50", "tv"), EXACT);
        assertChiSquared(bounded.chiSquared(), drift, "top50", "chi2");
    }

    static Stream<Case> categories() {
        return DriftCases.of("categorical");
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("categories")
    void aNullMayBeACategoryOfItsOwn(Case drift) {
        var with =
                CategoryCounts.of(
                        List.of(),
                        new long[0],
                        new long[0],
                        nulls(drift.reference()),
                        nulls(drift.current()));
        var all =
                CategoryCounts.of(
                        Case.categories(drift.reference()), Case.categories(drift.current()));
        var counts =
                CategoryCounts.of(
                        all.labels(),
                        all.reference(),
                        all.current(),
                        Divergence.sum(with.reference()),
                        Divergence.sum(with.current()));

        var divergence = counts.divergence();
        assertThat(divergence.psi()).isCloseTo(drift.number("with_null_category", "psi"), EXACT);
        assertThat(divergence.jensenShannon())
                .isCloseTo(drift.number("with_null_category", "js_distance"), EXACT);
        assertThat(divergence.totalVariation())
                .isCloseTo(drift.number("with_null_category", "tv"), EXACT);
        assertChiSquared(counts.chiSquared(), drift, "with_null_category", "chi2");
    }

    private static long nulls(List<?> sample) {
        return sample.stream().filter(cell -> cell == null).count();
    }

    private static void assertChiSquared(ChiSquared test, Case drift, String... path) {
        assertThat(test.statistic()).isCloseTo(drift.number(with(path, "stat")), EXACT);
        assertThat((double) test.degrees()).isEqualTo(drift.number(with(path, "dof")));
        assertThat(test.p()).isCloseTo(drift.number(with(path, "p")), EXACT);
    }

    private static String[] with(String[] path, String last) {
        String[] longer = Arrays.copyOf(path, path.length + 1);
        longer[path.length] = last;
        return longer;
    }

    @Test
    void adjustedPValuesAreAsExpected() {
        if (PublishedDrift.found().isEmpty()) {
            return;
        }
        for (JsonNode family : DriftCases.read(Path.of("multiple_testing.json"))) {
            double[] p = numbers(family, "p");
            assertThat(AdjustedP.benjaminiHochberg(p))
                    .containsExactly(numbers(family, "benjamini_hochberg"), EXACT);
            assertThat(AdjustedP.benjaminiYekutieli(p))
                    .containsExactly(numbers(family, "benjamini_yekutieli"), EXACT);
            assertThat(AdjustedP.holm(p)).containsExactly(numbers(family, "holm"), EXACT);
            assertThat(AdjustedP.bonferroni(p))
                    .containsExactly(numbers(family, "bonferroni"), EXACT);
        }
    }

    private static double[] numbers(JsonNode parent, String member) {
        return StreamSupport.stream(parent.path(member).spliterator(), false)
                .mapToDouble(JsonNode::doubleValue)
                .toArray();
    }
}
