package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.record.FeatureDrift.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProfileDifferenceTest {
    private static NumericReference numbers(String name, long seed, double shift) {
        return NumericReference.of(
                name,
                Role.FEATURE,
                new Random(seed).doubles(20_000).map(x -> x + shift).toArray(),
                0);
    }

    private static ReferenceProfile profile(FeatureReference... series) {
        return ReferenceProfile.of("fraud", "1", List.of(series));
    }

    @Test
    void theFurthestComesFirst() {
        var one =
                profile(
                        numbers("alike", 1, 0),
                        numbers("moved", 2, 0),
                        CategoryReference.of("c", Role.FEATURE, Map.of("a", 60L, "b", 40L), 0),
                        numbers("gone", 5, 0),
                        numbers("other kind", 5, 0));
        var other =
                profile(
                        numbers("alike", 3, 0),
                        numbers("moved", 4, 0.25),
                        CategoryReference.of("c", Role.FEATURE, Map.of("a", 30L, "d", 70L), 0),
                        numbers("new", 5, 0),
                        CategoryReference.of("other kind", Role.FEATURE, Map.of("a", 1L), 0));

        var differences = ProfileDifference.between(one, other);

        assertThat(differences)
                .extracting(ProfileDifference::name)
                .containsExactly("c", "moved", "alike");
        // 30 % less of a, 40 % less of b, 70 % more of d.
        assertThat(differences.get(0))
                .returns("total_variation", ProfileDifference::measure)
                .satisfies(c -> assertThat(c.value()).isCloseTo(0.7, within(1e-12)));
        assertThat(differences.get(1))
                .returns("ks", ProfileDifference::measure)
                .satisfies(moved -> assertThat(moved.value()).isCloseTo(0.25, within(0.03)));
        assertThat(differences.get(2).value()).isLessThan(0.03);
        assertThat(ProfileDifference.between(one, one))
                .extracting(ProfileDifference::value)
                .containsOnly(0.0);
    }

    @Test
    void whatHasNoValueIsLeftOut() {
        var empty = profile(NumericReference.of("x", Role.FEATURE, new double[0], 3));
        assertThat(ProfileDifference.between(empty, empty)).isEmpty();
    }

    @Test
    void rareCategoriesCountTogether() {
        Map<String, Long> many = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            many.put("c" + i, 1L + i);
        }
        Map<String, Long> more = new HashMap<>(many);
        more.put("c0", 2L);
        var differences =
                ProfileDifference.between(
                        profile(CategoryReference.of("c", Role.FEATURE, many, 0)),
                        profile(CategoryReference.of("c", Role.FEATURE, more, 0)));
        assertThat(differences.get(0).value()).isLessThan(1e-5);
    }
}
