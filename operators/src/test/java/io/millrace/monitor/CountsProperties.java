package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import io.millrace.record.Score;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Counts are the same to the last bit, whatever the order and however they are split. */
class CountsProperties {
    private static final List<FeatureReference> REFERENCES =
            List.of(
                    NumericReference.of("x", Role.FEATURE, new Random(1).doubles(500).toArray(), 3),
                    CategoryReference.of("c", Role.FEATURE, Map.of("1", 9L, "2.5", 1L), 0),
                    CategoryReference.of("decision", Role.DECISION, Map.of("deny", 5L), 0),
                    NumericReference.of(
                            "reconstruction",
                            Role.RECONSTRUCTION,
                            new Random(2).doubles(500).toArray(),
                            0));

    private static final CountLayout LAYOUT =
            CountLayout.of(
                    List.of(
                            new Watched("x", Role.FEATURE, Kind.NUMERIC, 0),
                            new Watched("c", Role.FEATURE, Kind.CATEGORICAL, 1),
                            new Watched("unknown", Role.FEATURE, Kind.NUMERIC, 2),
                            Watched.DECISION,
                            Watched.RECONSTRUCTION),
                    ReferenceProfile.of(
                            "fraud",
                            "1",
                            REFERENCES,
                            null,
                            PrincipalComponents.of(
                                    REFERENCES, new double[][] {{0.1, 1}, {0.4, 1}, {0.9, 2.5}}),
                            List.of()));

    private static Pane pane(Counts counts) {
        return counts.pane(0, new VersionId("fraud", "1", "sha256:1"), "", LAYOUT.name());
    }

    private static Counts count(List<Score> rows) {
        var counts = new Counts(LAYOUT);
        for (Score row : rows) {
            LAYOUT.count(row, counts);
        }
        return counts;
    }

    private static Counts countTogether(List<Score> rows) {
        var counts = new Counts(LAYOUT);
        ScoreRows together = LAYOUT.rows();
        for (Score row : rows) {
            counts.sample(row);
            together.add(row);
            if (together.isFull()) {
                LAYOUT.count(together, counts);
                together.clear();
            }
        }
        LAYOUT.count(together, counts);
        return counts;
    }

    @Property(tries = 100)
    void anySplitAndOrderMergesToTheSameCounts(
            @ForAll Random random, @ForAll @IntRange(min = 1, max = 16) int parts) {
        var rows = new ArrayList<Score>();
        for (int i = 0; i < 1_000; i++) {
            double[] row = {number(random), random.nextInt(600), number(random)};
            rows.add(
                    Scores.valued(
                            random.nextInt(300),
                            random.nextInt(4) / 4.0,
                            random.nextInt(20) == 0 ? Arrays.copyOf(row, random.nextInt(3)) : row));
        }
        Pane whole = pane(count(rows));

        Collections.shuffle(rows, random);
        var split = new ArrayList<List<Score>>();
        for (int i = 0; i < parts; i++) {
            split.add(new ArrayList<>());
        }
        for (Score row : rows) {
            split.get(random.nextInt(parts)).add(row);
        }
        var merged = new Counts(LAYOUT);
        for (List<Score> part : split) {
            Counts counted = random.nextBoolean() ? countTogether(part) : count(part);
            merged.add(pane(counted), LAYOUT);
        }

        Pane same = pane(merged);
        assertThat(same.rows()).isEqualTo(whole.rows());
        assertThat(same.cells()).isEqualTo(whole.cells());
        assertThat(Arrays.stream(same.ranges()).mapToLong(Double::doubleToRawLongBits))
                .containsExactly(
                        Arrays.stream(whole.ranges())
                                .mapToLong(Double::doubleToRawLongBits)
                                .boxed()
                                .toArray(Long[]::new));
        var errors = (NumberCounter) LAYOUT.series().get(4);
        assertThat(LAYOUT.contributors(errors, merged, null))
                .hasSize(2)
                .isEqualTo(LAYOUT.contributors(errors, count(rows), null));
        assertThat(same.newLabels()).isEqualTo(whole.newLabels());
        assertThat(same.newSeries()).isEqualTo(whole.newSeries());
        assertThat(same.newCounts()).isEqualTo(whole.newCounts());
        assertThat(same.eventIds()).hasSize(EventSample.MOST).isEqualTo(whole.eventIds());
        assertThat(same.eventHashes()).isEqualTo(whole.eventHashes());
    }

    private static double number(Random random) {
        return switch (random.nextInt(11)) {
            case 0 -> Double.NaN;
            case 1 -> Double.NEGATIVE_INFINITY;
            case 2 -> random.nextBoolean() ? -0.0 : 0.0;
            case 3 -> 1e300 * random.nextGaussian();
            case 4 -> 1e-300 * random.nextGaussian();
            // Far away, and not so far that nobody can tell.
            case 5 -> 1e4 * random.nextGaussian();
            default -> random.nextGaussian();
        };
    }

    @Property(tries = 300)
    void aBinIsFoundAsIfAllEdgesWereLookedAt(
            @ForAll Random random, @ForAll @IntRange(min = 0, max = 140) int count) {
        double spread = Math.pow(10, random.nextInt(600) - 300);
        double[] edges =
                random.doubles(count)
                        .map(
                                uniform ->
                                        switch (random.nextInt(4)) {
                                            case 0 -> spread * Math.exp(20 * uniform);
                                            case 1 -> Math.rint(10 * uniform);
                                            default -> spread * (uniform - 0.5);
                                        })
                        .filter(Double::isFinite)
                        .sorted()
                        .distinct()
                        .toArray();
        var search = new BinSearch(edges);
        for (double edge : edges) {
            for (double value : new double[] {Math.nextDown(edge), edge, Math.nextUp(edge)}) {
                assertThat(search.of(value)).isEqualTo(bin(edges, value));
            }
        }
        for (int i = 0; i < 100; i++) {
            double value = Math.scalb(random.nextGaussian(), random.nextInt(2_000) - 1_000);
            assertThat(search.of(value)).isEqualTo(bin(edges, value));
            double near = spread * (random.nextDouble() - 0.5);
            assertThat(search.of(near)).isEqualTo(bin(edges, near));
        }
    }

    private static int bin(double[] edges, double value) {
        return (int) Arrays.stream(edges).filter(edge -> edge < value).count();
    }

    @Property(tries = 50)
    void fixedSumsAreSumsToTheirRounding(@ForAll Random random) {
        var cells = new long[2];
        double exact = 0;
        for (int i = 0; i < 1_000; i++) {
            double number = 1_000 * random.nextGaussian();
            FixedSum.add(cells, 0, number);
            exact += number;
        }
        assertThat(FixedSum.value(cells, 0)).isCloseTo(exact, within(1e-6));
    }
}
