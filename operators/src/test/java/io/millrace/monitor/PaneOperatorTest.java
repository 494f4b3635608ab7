package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import io.millrace.record.Score;
import io.millrace.registry.RegistryAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;

// The harness may be interrupted while it closes, and javac warns of that at each use.
@SuppressWarnings("try")
class PaneOperatorTest {
    private static final List<Watched> WATCHED = Scores.features(Kind.NUMERIC, "x");
    private static final ReferenceProfile PROFILE =
            ReferenceProfile.of(
                    "fraud",
                    "1",
                    List.of(
                            NumericReference.of(
                                    "x", Role.FEATURE, new Random(1).doubles(500).toArray(), 0)));
    private static final MonitorConfig CONFIG =
            new MonitorConfig(
                    RegistryAddress.directory(Path.of("none")),
                    WATCHED,
                    100,
                    50,
                    0,
                    new DriftRule(1, 0.01, 0.06, 0.05, 0.01, 0.02, 1, 1, 0));

    private static OneInputStreamOperatorTestHarness<Score, Pane> harness(
            int parallelism, int subtask, ReferenceProfile... profiles) throws Exception {
        return new OneInputStreamOperatorTestHarness<>(
                new PaneOperator(CONFIG, new FixedProfiles(profiles)), 16, parallelism, subtask);
    }

    private static void count(
            OneInputStreamOperatorTestHarness<Score, Pane> harness, long time, double x)
            throws Exception {
        harness.processElement(Scores.of(time, "1", "", x), time);
    }

    @Test
    void aPaneTravelsWithoutKryo() {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(Pane.class);
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(IncidentState.class);
    }

    @Test
    void aPaneLeavesOnceTheWatermarkHasPassedItsEnd() throws Exception {
        try (var harness = harness(1, 0, PROFILE)) {
            harness.open();
            count(harness, 0, 0.5);
            count(harness, 49, Double.NaN);
            count(harness, 50, 0.5);
            harness.processWatermark(48);
            assertThat(harness.extractOutputValues()).isEmpty();
            harness.processWatermark(49);
            assertThat(harness.extractOutputValues())
                    .singleElement()
                    .returns(0L, Pane::startMillis)
                    .returns(2L, Pane::rows)
                    .returns(CountLayout.of(WATCHED, PROFILE).name(), Pane::layout);
            count(harness, 20, 0.5);
            harness.processWatermark(60);
            assertThat(harness.extractOutputValues())
                    .hasSize(2)
                    .last()
                    .returns(0L, Pane::startMillis)
                    .returns(1L, Pane::rows);
        }
    }

    @Test
    void aSegmentIsCountedBesideAllRowsAndVersionsApart() throws Exception {
        try (var harness = harness(1, 0, PROFILE)) {
            harness.open();
            harness.processElement(Scores.of(1, "1", "web", 0.5), 1);
            harness.processElement(Scores.of(2, "1", "shop", 0.5), 2);
            harness.processElement(Scores.of(3, "2", "web", 0.5), 3);
            harness.processWatermark(49);
            assertThat(harness.extractOutputValues())
                    .extracting(pane -> pane.version() + " " + pane.segment() + " " + pane.rows())
                    .containsExactlyInAnyOrder("1  2", "1 web 1", "1 shop 1", "2  1", "2 web 1");
        }
    }

    /** Of uniform numbers; those of web are larger. */
    private static ReferenceProfile segmented() {
        return ReferenceProfile.of(
                "fraud",
                "1",
                PROFILE.series(),
                null,
                null,
                List.of(
                        new SegmentReference(
                                "web",
                                List.of(
                                        NumericReference.of(
                                                "x",
                                                Role.FEATURE,
                                                new Random(2).doubles(500, 5, 9).toArray(),
                                                0)),
                                new double[0])));
    }

    @Test
    void aSegmentOfItsOwnReferenceIsCountedInItsOwnBinsAndInThoseOfAllRows() throws Exception {
        ReferenceProfile profile = segmented();
        var all = CountLayout.of(WATCHED, profile);
        var web = CountLayout.of(WATCHED, profile, profile.segments().get(0));
        try (var harness = harness(1, 0, profile)) {
            harness.open();
            for (int i = 0; i < 3; i++) {
                harness.processElement(Scores.of(i, "1", "web", 6 + i), i);
                harness.processElement(Scores.of(i, "1", "shop", 0.5), i);
            }
            harness.processElement(Scores.of(9, "1", "", 0.5), 9);
            harness.processWatermark(49);
            assertThat(harness.extractOutputValues())
                    .extracting(
                            pane -> pane.segment() + pane.rows(),
                            Pane::layout,
                            pane -> pane.ranges()[1])
                    .containsExactlyInAnyOrder(
                            tuple("7", all.name(), 8.0),
                            tuple("web3", web.name(), 8.0),
                            tuple("shop3", all.name(), 0.5));
        }
    }

    @Test
    void allRowsCountThoughAProfileComesBetweenTwoSegments() throws Exception {
        var profiles = new LateProfiles(segmented());
        try (var harness =
                new OneInputStreamOperatorTestHarness<>(
                        new PaneOperator(CONFIG, profiles), 16, 1, 0)) {
            harness.open();
            harness.processElement(Scores.of(1, "1", "web", 6), 1);
            harness.processElement(Scores.of(2, "1", "shop", 0.5), 2);
            LateProfiles.isThere = true;
            harness.processElement(Scores.of(60, "1", "web", 6), 60);
            harness.processElement(Scores.of(3, "1", "phone", 0.5), 3);
            harness.processElement(Scores.of(4, "1", "web", 6), 4);
            harness.processWatermark(49);
            assertThat(harness.extractOutputValues())
                    .extracting(pane -> pane.segment() + pane.rows())
                    .containsExactlyInAnyOrder("3", "1", "web2", "shop1", "phone1");
        } finally {
            LateProfiles.isThere = false;
        }
    }

    /** Has a profile once a test says so. */
    private static final class LateProfiles implements ProfileSource {
        private static final long serialVersionUID = 1L;

        // The operator has a copy of the rest.
        private static boolean isThere;

        private final byte[] json;

        LateProfiles(ReferenceProfile profile) {
            json = profile.json();
        }

        @Override
        public Answer of(VersionId version) {
            return isThere
                    ? Answer.of(ReferenceProfile.read(json))
                    : new Answer(null, "not yet", false);
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

    @Test
    void modelsOfTheSameBytesAreCountedApart() throws Exception {
        try (var harness = harness(1, 0)) {
            harness.open();
            harness.processElement(Scores.ofModel("fraud-de", 1, 0.5), 1);
            harness.processElement(Scores.ofModel("fraud-fr", 2, 0.5), 2);
            harness.processElement(Scores.ofModel("fraud-de", 3, 0.5), 3);
            harness.processWatermark(49);
            assertThat(harness.extractOutputValues())
                    .extracting(pane -> pane.model() + " " + pane.rows())
                    .containsExactlyInAnyOrder("fraud-de 2", "fraud-fr 1");
        }
    }

    @Test
    void aVersionWithoutAProfileIsCountedToo() throws Exception {
        try (var harness = harness(1, 0)) {
            harness.open();
            count(harness, 0, Double.NaN);
            harness.processWatermark(49);
            assertThat(harness.extractOutputValues())
                    .singleElement()
                    .returns(CountLayout.of(WATCHED, null).name(), Pane::layout)
                    .extracting(Pane::cells)
                    .isEqualTo(new long[] {1, 0});
        }
    }

    @Test
    void aPaneOfAnOlderSavepointNamesNoEvents() throws Exception {
        Object pane =
                Pane.class.getDeclaredConstructors()[0].newInstance(
                        0L,
                        "fraud",
                        "1",
                        "sha256:1",
                        "",
                        "layout",
                        3L,
                        new long[0],
                        new double[0],
                        new int[0],
                        new String[0],
                        new long[0],
                        null,
                        null);
        assertThat(((Pane) pane).eventIds()).isEmpty();
        assertThat(((Pane) pane).eventHashes()).isEmpty();
    }

    /** Half of the rows, a snapshot, two subtasks instead of one, and the other half. */
    @Test
    void countsAreTheSameAfterARestoreAtAnotherParallelism() throws Exception {
        ReferenceProfile profile = segmented();
        var random = new Random(7);
        var rows = new ArrayList<Score>();
        for (int i = 0; i < 400; i++) {
            rows.add(
                    Scores.of(
                            random.nextInt(200),
                            "1",
                            List.of("", "web", "shop").get(random.nextInt(3)),
                            2 * random.nextGaussian()));
        }
        List<Pane> whole;
        try (var harness = harness(1, 0, profile)) {
            harness.open();
            for (Score score : rows) {
                harness.processElement(score, 0);
            }
            harness.processWatermark(1_000);
            whole = harness.extractOutputValues();
        }

        OperatorSubtaskState snapshot;
        try (var harness = harness(1, 0, profile)) {
            harness.open();
            for (Score score : rows.subList(0, 200)) {
                harness.processElement(score, 0);
            }
            snapshot = harness.snapshot(1, 1);
        }
        var split = new ArrayList<Pane>();
        for (int subtask = 0; subtask < 2; subtask++) {
            try (var harness = harness(2, subtask, profile)) {
                harness.initializeState(
                        AbstractStreamOperatorTestHarness.repartitionOperatorState(
                                snapshot, 16, 1, 2, subtask));
                harness.open();
                for (int i = 200 + subtask; i < 400; i += 2) {
                    harness.processElement(rows.get(i), 0);
                }
                harness.processWatermark(1_000);
                split.addAll(harness.extractOutputValues());
            }
        }

        for (Pane expected : whole) {
            var layout =
                    expected.segment().equals("web")
                            ? CountLayout.of(WATCHED, profile, profile.segments().get(0))
                            : CountLayout.of(WATCHED, profile);
            var merged = new Counts(layout);
            for (Pane pane : split) {
                if (pane.startMillis() == expected.startMillis()
                        && pane.segment().equals(expected.segment())) {
                    assertThat(pane.layout()).isEqualTo(layout.name());
                    merged.add(pane, layout);
                }
            }
            assertThat(merged.rows()).isEqualTo(expected.rows());
            assertThat(merged.cells()).isEqualTo(expected.cells());
            assertThat(merged.eventIds())
                    .hasSize(EventSample.MOST)
                    .containsExactly(expected.eventIds());
        }
        assertThat(whole).hasSize(3 * 4);
        assertThat(whole.stream().filter(pane -> pane.segment().isEmpty()))
                .extracting(Pane::rows)
                .satisfies(
                        all ->
                                assertThat(all.stream().mapToLong(rowsOf -> rowsOf).sum())
                                        .isEqualTo(400));
    }
}
