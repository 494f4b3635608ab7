package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.record.FeatureDrift;
import io.millrace.record.FeatureDrift.Cause;
import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A category of a feature that has too many to list them is new or known all the same. */
class KnownCategoriesTest {
    private static final int MANY = 3 * CategoryReference.LISTED;
    private static final Watched WATCHED = new Watched("id", Role.FEATURE, Kind.CATEGORICAL, 0);
    private static final DriftRule RULE = new DriftRule(1, 0.01, 0.06, 0.05, 0.01, 0.02, 2, 3, 0);

    private static Map<String, Long> counts(int categories) {
        Map<String, Long> counts = new HashMap<>();
        for (int category = 0; category < categories; category++) {
            counts.put(Integer.toString(category), 2L);
        }
        return counts;
    }

    /** As it is read from where it was registered. */
    private static CountLayout layout(Map<String, Long> counts) {
        var profile =
                ReferenceProfile.of(
                        "m", "1", List.of(CategoryReference.of("id", Role.FEATURE, counts, 0)));
        return CountLayout.of(List.of(WATCHED), ReferenceProfile.read(profile.json()));
    }

    private static FeatureDrift compare(CountLayout layout, int rows, int everyNew) {
        var counts = new Counts(layout);
        for (int row = 0; row < rows; row++) {
            double id = row % everyNew == 0 ? MANY + row : row % MANY;
            layout.count(Scores.of(0, "1", "", id), counts);
        }
        return new Comparison(layout, RULE).compare(counts, null).get(0);
    }

    @Test
    void whatIsNewIsFoundAmongManyAndWhatIsKnownIsNot() {
        CountLayout layout = layout(counts(MANY));
        assertThat(compare(layout, MANY, Integer.MAX_VALUE).fromReference().newCategoryRatio())
                .isLessThanOrEqualTo(1.0 / MANY);
        FeatureDrift some = compare(layout, 10_000, 20);
        assertThat(some.causes()).contains(Cause.NEW_CATEGORIES);
        assertThat(some.fromReference().newCategoryRatio()).isBetween(0.049, 0.05);
    }

    @Test
    void onlyMoreNewOnesThanTheReferenceExpectsAreAnExcess() {
        // A third of its rows are of categories that are there once.
        Map<String, Long> counts = counts(1_000);
        counts.replaceAll((category, count) -> 1L);
        counts.put("0", 2_001L);
        CountLayout layout = layout(counts);
        var usual = compare(layout, 900, 3);
        assertThat(usual.fromReference().newCategoryRatio()).isCloseTo(1.0 / 3, within(0.001));
        assertThat(usual.fromReference().newCategoryExcess()).isCloseTo(0, within(0.001));
        assertThat(usual.causes()).doesNotContain(Cause.NEW_CATEGORIES);
        var unusual = compare(layout, 900, 2);
        assertThat(unusual.fromReference().newCategoryExcess()).isCloseTo(1.0 / 6, within(0.001));
        assertThat(unusual.causes()).contains(Cause.NEW_CATEGORIES);
    }

    @Test
    void oneInAThousandNewCategoriesIsTakenForKnown() {
        var known = KnownCategories.of(counts(MANY).keySet());
        var again = KnownCategories.read(known.bytes());
        int taken = 0;
        for (int category = 0; category < 10 * MANY; category++) {
            boolean isKnown = again.has(Integer.toString(category));
            assertThat(isKnown).isEqualTo(known.has(Integer.toString(category)));
            if (category < MANY) {
                assertThat(isKnown).isTrue();
            } else {
                taken += isKnown ? 1 : 0;
            }
        }
        assertThat((double) taken / (9 * MANY)).isBetween(0.0005, 0.002);
        assertThat(known.bytes().length).isLessThan(2 * MANY);
    }

    @Test
    void fewAreListedAndMoreThanAMillionAreNotKnown() {
        var few = CategoryReference.of("id", Role.FEATURE, counts(CategoryReference.LISTED), 0);
        assertThat(few.isComplete()).isTrue();
        assertThat(few.known()).isNull();
        var most = CategoryReference.of("id", Role.FEATURE, counts(CategoryReference.KNOWN + 1), 0);
        assertThat(most.isComplete()).isFalse();
        assertThat(most.known()).isNull();
    }

    @Test
    void aProfileWhoseKnownCategoriesAreNoFilterIsRefused() {
        var known = KnownCategories.of(List.of("a"));
        byte[] cut = Arrays.copyOf(known.bytes(), 3);
        assertThatThrownBy(() -> KnownCategories.read(cut))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no Bloom filter");
    }
}
