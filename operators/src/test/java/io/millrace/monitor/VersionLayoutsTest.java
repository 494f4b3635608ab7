package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VersionLayoutsTest {
    private static final List<Watched> WATCHED = Scores.features(Kind.NUMERIC, "x");
    private static final VersionId FIRST = new VersionId("fraud", "1", "sha256:1");

    private static ReferenceProfile profile(VersionId version) {
        return ReferenceProfile.of(
                version.model(),
                version.version(),
                List.of(reference(1, 2)),
                null,
                null,
                List.of(
                        new SegmentReference("web", List.of(reference(8, 9, 9)), new double[0]),
                        new SegmentReference("shop", List.of(reference(2, 3)), new double[0])));
    }

    private static FeatureReference reference(double... values) {
        return NumericReference.of("x", Role.FEATURE, values, 0);
    }

    /** Says what it is told to, and notes what it was asked for. */
    private static final class Asked implements ProfileSource {
        private static final long serialVersionUID = 1L;

        private final ArrayList<VersionId> versions = new ArrayList<>();
        private boolean isThere;

        @Override
        public Answer of(VersionId version) {
            versions.add(version);
            return isThere ? Answer.of(profile(version)) : new Answer(null, "there is none", false);
        }

        @Override
        public Laid put(VersionId version, ReferenceProfile profile) {
            throw new UnsupportedOperationException("nothing is learned here");
        }

        @Override
        public ProfileSource in(String temporaryFolder) {
            return this;
        }
    }

    private final Asked asked = new Asked();
    private final VersionLayouts layouts = new VersionLayouts(WATCHED, asked);

    @Test
    void aProfileIsAskedForOnce() {
        asked.isThere = true;
        var layout = layouts.of(FIRST);
        assertThat(layouts.of(FIRST)).isSameAs(layout);
        assertThat(layouts.of(FIRST, 5)).isSameAs(layout);
        assertThat(asked.versions).containsExactly(FIRST);
    }

    @Test
    void oneThatIsMissingIsAskedForAgainOncePerBeginning() {
        layouts.of(FIRST, 100);
        layouts.of(FIRST, 100);
        layouts.of(FIRST, 50);
        assertThat(asked.versions).hasSize(1);
        asked.isThere = true;
        assertThat(layouts.of(FIRST, 100).answer().profile()).isNull();
        assertThat(layouts.of(FIRST, 200).answer().profile()).isNotNull();
        assertThat(asked.versions).hasSize(2);
    }

    @Test
    void oneThatIsMissingIsAskedForAgainAtTheEndOfEachWindow() {
        layouts.of(FIRST);
        asked.isThere = true;
        assertThat(layouts.of(FIRST).answer().profile()).isNotNull();
    }

    @Test
    void modelsOfTheSameBytesHaveProfilesOfTheirOwn() {
        asked.isThere = true;
        var other = new VersionId("risk", "1", "sha256:1");
        assertThat(layouts.of(FIRST).answer().profile())
                .isNotNull()
                .returns("fraud", ReferenceProfile::model);
        assertThat(layouts.of(other).answer().profile())
                .isNotNull()
                .returns("risk", ReferenceProfile::model);
    }

    @Test
    void aSegmentIsCountedByItsOwnReferenceWhereItHasOne() {
        asked.isThere = true;
        var version = layouts.of(FIRST);
        assertThat(version.hasOwn("web")).isTrue();
        assertThat(version.of("web")).isNotSameAs(version.layout());
        assertThat(((NumberCounter) version.of("web").series().get(0)).reference().min())
                .isEqualTo(8);
        assertThat(version.hasOwn("phone")).isFalse();
        assertThat(version.of("phone")).isSameAs(version.layout());
        assertThat(version.of("")).isSameAs(version.layout());
        assertThat(version.of("shop").cells()).isEqualTo(version.layout().cells());
        assertThat(version.of("shop").name()).isNotEqualTo(version.layout().name());
    }

    @Test
    void whatWasNeededLongestAgoMakesRoom() {
        asked.isThere = true;
        var one = layouts.of(FIRST);
        long weightOfOne = one.layout().weight() + one.of("web").weight() + one.of("shop").weight();
        var few = new VersionLayouts(WATCHED, asked, 10 * weightOfOne);
        asked.versions.clear();
        few.of(FIRST);
        for (int i = 0; i < 10; i++) {
            few.of(new VersionId("fraud-" + i, "1", "sha256:1"));
            // It is in use all the time.
            few.of(FIRST);
        }
        assertThat(asked.versions).hasSize(11);
        assertThat(few.known(new VersionId("fraud-0", "1", "sha256:1"))).isNull();
        assertThat(few.known(new VersionId("fraud-1", "1", "sha256:1"))).isNotNull();
        assertThat(few.known(FIRST)).isNotNull();
    }

    @Test
    void ofManySmallOnesNotAllAreHeldEither() {
        for (int i = 0; i <= VersionLayouts.MOST_VERSIONS; i++) {
            layouts.of(new VersionId("fraud-" + i, "1", "sha256:1"));
        }
        assertThat(layouts.known(new VersionId("fraud-0", "1", "sha256:1"))).isNull();
        assertThat(layouts.known(new VersionId("fraud-1", "1", "sha256:1"))).isNotNull();
    }

    @Test
    void categoriesWeighWhatTheyAre() {
        Map<String, Long> few = Map.of("a", 1L);
        Map<String, Long> many = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            many.put("c" + i, 1L);
        }
        var watched = Scores.features(Kind.CATEGORICAL, "c");
        assertThat(weight(watched, many)).isGreaterThan(weight(watched, few) + 40_000 - 200);
    }

    private static long weight(List<Watched> watched, Map<String, Long> categories) {
        return CountLayout.of(
                        watched,
                        ReferenceProfile.of(
                                "fraud",
                                "1",
                                List.of(CategoryReference.of("c", Role.FEATURE, categories, 0))))
                .weight();
    }

    @Test
    void whatIsNeededIsHeldHoweverLarge() {
        asked.isThere = true;
        var none = new VersionLayouts(WATCHED, asked, 0);
        assertThat(none.of(FIRST)).isSameAs(none.of(FIRST));
    }
}
