package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VersionLayoutsTest {
    private static final List<Watched> WATCHED = Scores.features(Kind.NUMERIC, "x");
    private static final VersionId FIRST = new VersionId("fraud", "1", "sha256:1");

    /** Says what it is told to, and notes what it was asked for. */
    private static final class Asked implements ProfileSource {
        private static final long serialVersionUID = 1L;

        private final ArrayList<VersionId> versions = new ArrayList<>();
        private boolean isThere;

        @Override
        public Answer of(VersionId version) {
            versions.add(version);
            return isThere
                    ? Answer.of(
                            ReferenceProfile.of(
                                    version.model(),
                                    version.version(),
                                    List.of(
                                            NumericReference.of(
                                                    "x", Role.FEATURE, new double[] {1, 2}, 0))))
                    : new Answer(null, "there is none", false);
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
    void whatWasNeededLongestAgoMakesRoom() {
        asked.isThere = true;
        layouts.of(FIRST);
        for (int i = 0; i < VersionLayouts.MOST; i++) {
            layouts.of(new VersionId("fraud-" + i, "1", "sha256:1"));
            // It is in use all the time.
            layouts.of(FIRST);
        }
        assertThat(asked.versions).hasSize(VersionLayouts.MOST + 1);
        assertThat(layouts.known(new VersionId("fraud-0", "1", "sha256:1"))).isNull();
        assertThat(layouts.known(FIRST)).isNotNull();
    }
}
