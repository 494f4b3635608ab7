package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProfileBuilderTest {
    private static final int ROWS = ProfileBuilder.SEGMENT_ROWS;

    private static ProfileBuilder builder(boolean isSegmented, boolean areTogether) {
        List<Watched> watched = new ArrayList<>(Scores.features(Kind.NUMERIC, "x", "y"));
        watched.add(Watched.SCORE);
        watched.add(Watched.DECISION);
        if (areTogether) {
            watched.add(Watched.RECONSTRUCTION);
        }
        return new ProfileBuilder(watched, isSegmented);
    }

    /** Of both numbers the second is the first times a factor, but for a little. */
    private static void add(
            ProfileBuilder builder, String segment, int rows, double shift, double noise) {
        var random = new Random(7);
        for (int i = 0; i < rows; i++) {
            double x = shift + random.nextGaussian();
            builder.add(new double[] {x, 2 * x + noise * random.nextGaussian()}, segment);
            builder.add(
                    shift > 0 ? 0.75 : 0.25, shift > 0 ? "deny" : "approve", Double.NaN, segment);
        }
    }

    private static SegmentReference only(ReferenceProfile profile) {
        assertThat(profile.segments()).hasSize(1);
        return profile.segments().get(0);
    }

    private static NumericReference numbers(List<FeatureReference> series, String name, Role role) {
        return (NumericReference)
                Objects.requireNonNull(FeatureReference.find(series, name, role), name);
    }

    @Test
    void aSegmentOfEnoughRowsHasAReferenceOfItsOwn() {
        var builder = builder(true, false);
        add(builder, "web", ROWS, 100, 0.1);
        add(builder, "shop", ROWS - 1, 0, 0.1);
        add(builder, "", ROWS, 0, 0.1);
        ReferenceProfile profile = ReferenceProfile.read(builder.build("fraud", "1").json());

        assertThat(numbers(profile.series(), "x", Role.FEATURE).rows()).isEqualTo(3 * ROWS - 1);
        SegmentReference web = only(profile);
        assertThat(web.segment()).isEqualTo("web");
        assertThat(numbers(web.series(), "x", Role.FEATURE))
                .returns((long) ROWS, NumericReference::rows)
                .satisfies(x -> assertThat(x.mean()).isCloseTo(100, within(0.2)));
        assertThat(numbers(web.series(), "score", Role.SCORE).max()).isEqualTo(0.75);
        assertThat(FeatureReference.find(web.series(), "decision", Role.DECISION))
                .isInstanceOfSatisfying(
                        CategoryReference.class,
                        decision -> assertThat(decision.top()).containsExactly("deny"));
        assertThat(builder.smallSegments()).containsExactly("shop");
        assertThat(builder.hasTooManySegments()).isFalse();
    }

    @Test
    void aPipelineThatTellsNoSegmentsApartHasNone() {
        var builder = builder(false, false);
        add(builder, "web", ROWS, 100, 0.1);
        assertThat(builder.build("fraud", "1").segments()).isEmpty();
        assertThat(builder.smallSegments()).isEmpty();
    }

    @Test
    void ofTooManySegmentsNoneHasAReferenceWhicheverComeFirst() {
        var builder = builder(true, false);
        add(builder, "web", ROWS, 100, 0.1);
        for (int i = 1; i < ProfileBuilder.MOST_SEGMENTS; i++) {
            add(builder, "shop-" + i, 1, 0, 0.1);
        }
        assertThat(builder.hasTooManySegments()).isFalse();
        assertThat(builder.build("fraud", "1").segmentNames()).containsExactly("web");
        add(builder, "one more", 1, 0, 0.1);
        assertThat(builder.hasTooManySegments()).isTrue();
        assertThat(builder.build("fraud", "1").segments()).isEmpty();
        assertThat(builder.smallSegments()).isEmpty();
    }

    @Test
    void ofManySeriesThereAreReferencesOfFewerSegments() {
        List<Watched> watched =
                new ArrayList<>(
                        Scores.features(
                                Kind.NUMERIC,
                                IntStream.range(0, 1_498)
                                        .mapToObj(i -> "f" + i)
                                        .toArray(String[]::new)));
        watched.add(Watched.SCORE);
        watched.add(Watched.DECISION);
        var builder = new ProfileBuilder(watched, true);
        assertThat(builder.mostSegments()).isEqualTo(4);
        for (int i = 0; i < 4; i++) {
            builder.add(new double[1_498], "s" + i);
        }
        assertThat(builder.hasTooManySegments()).isFalse();
        builder.add(new double[1_498], "s4");
        assertThat(builder.hasTooManySegments()).isTrue();
    }

    @Test
    void aSegmentsErrorsAreItsOwnThoughWhatFeaturesAreTogetherIsThatOfAllRows() {
        var builder = builder(true, true);
        add(builder, "shop", 20 * ROWS, 0, 0.1);
        // Here the two have less in common.
        add(builder, "web", ROWS, 0, 2);
        ReferenceProfile profile = ReferenceProfile.read(builder.build("fraud", "1").json());

        SegmentReference web = profile.segments().get(1);
        var ofWeb = numbers(web.series(), "reconstruction", Role.RECONSTRUCTION);
        var ofAll = numbers(profile.series(), "reconstruction", Role.RECONSTRUCTION);
        assertThat(ofWeb.rows()).isEqualTo(ROWS);
        assertThat(ofWeb.mean()).isGreaterThan(3 * ofAll.mean());
        double squares = ofWeb.mean() * ofWeb.mean() + ofWeb.std() * ofWeb.std();
        assertThat(web.residuals()).hasSize(2);
        assertThat(web.residuals()[0] + web.residuals()[1]).isCloseTo(squares, within(1e-9));

        var own = CountLayout.of(features(), profile, web);
        assertThat(own.series()).hasOnlyElementsOfType(NumberCounter.class);
    }

    private static List<Watched> features() {
        List<Watched> watched = new ArrayList<>(Scores.features(Kind.NUMERIC, "x", "y"));
        watched.add(Watched.RECONSTRUCTION);
        return watched;
    }

    @Test
    void aSegmentWithoutANameIsRefused() throws Exception {
        var builder = builder(true, false);
        add(builder, "web", ROWS, 100, 0.1);
        var json = new ObjectMapper();
        var tree = (ObjectNode) json.readTree(builder.build("fraud", "1").json());
        ((ObjectNode) tree.at("/segments/0")).put("segment", "");
        tree.remove("digest");
        tree.put("digest", digest(json.writeValueAsBytes(tree)));
        byte[] bytes = json.writeValueAsBytes(tree);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReferenceProfile.read(bytes))
                .withMessage("segment of one of segments is empty; it must be a value");
    }

    private static String digest(byte[] bytes) throws Exception {
        var sha = MessageDigest.getInstance("SHA-256");
        return "sha256:" + HexFormat.of().formatHex(sha.digest(bytes));
    }
}
