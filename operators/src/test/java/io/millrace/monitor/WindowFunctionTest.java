package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.record.Alert;
import io.millrace.record.DriftReport;
import io.millrace.record.FeatureDrift;
import io.millrace.record.FeatureDrift.Cause;
import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import io.millrace.record.Reference;
import io.millrace.registry.RegistryAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

// The harness may be interrupted while it closes, and javac warns of that at each use.
@SuppressWarnings("try")
class WindowFunctionTest {
    private static final List<Watched> WATCHED = Scores.features(Kind.NUMERIC, "x");
    private static final int ROWS = 400;

    private static final ReferenceProfile PROFILE = profile(1);

    private static ReferenceProfile profile(long seed) {
        return ReferenceProfile.of(
                "fraud",
                "1",
                List.of(
                        NumericReference.of(
                                "x", Role.FEATURE, new Random(seed).doubles(5_000).toArray(), 0)));
    }

    private static MonitorConfig config(long window, long slide, long retention, int windows) {
        return new MonitorConfig(
                RegistryAddress.directory(Path.of("none")),
                WATCHED,
                window,
                slide,
                retention,
                new DriftRule(200, 0.01, 0.06, 0.05, 0.01, 0.02, windows, 3, 500));
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, Pane, DriftReport> harness(
            MonitorConfig config, ReferenceProfile... profiles) throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new WindowFunction(config, new FixedProfiles(profiles))),
                WindowFunction::keyOf,
                Types.STRING);
    }

    /** Rows of a pane, uniform in 0 to 1 and shifted. */
    private static Pane pane(ReferenceProfile profile, long start, String segment, double shift) {
        return pane(CountLayout.of(WATCHED, profile), start, segment, shift);
    }

    private static Pane pane(CountLayout layout, long start, String segment, double shift) {
        var counts = new Counts(layout);
        var random = new Random(start);
        for (int i = 0; i < ROWS; i++) {
            layout.count(Scores.of(start, "1", segment, random.nextDouble() + shift), counts);
        }
        return counts.pane(start, new VersionId("fraud", "1", "sha256:1"), segment, layout.name());
    }

    private static Pane pane(long start, double shift) {
        return pane(PROFILE, start, "", shift);
    }

    private static List<Cause> causes(DriftReport report) {
        return report.features().get(0).causes();
    }

    @Test
    void aWindowIsComparedWithTheReferenceAndWithTheWindowBefore() throws Exception {
        try (var harness = harness(config(100, 100, 0, 2), PROFILE)) {
            harness.open();
            harness.processElement(pane(0, 0), 0);
            harness.processElement(pane(100, 0.5), 100);
            harness.processElement(pane(200, 0.5), 200);
            harness.processWatermark(299);

            List<DriftReport> reports = harness.extractOutputValues();
            assertThat(reports)
                    .extracting(DriftReport::windowEndMillis)
                    .containsExactly(100L, 200L, 300L);
            assertThat(reports).extracting(DriftReport::rows).containsOnly((long) ROWS);
            assertThat(causes(reports.get(0))).isEmpty();
            assertThat(causes(reports.get(1))).containsExactly(Cause.DISTRIBUTION);
            assertThat(reports.get(0).features().get(0).fromPrevious().ks()).isNaN();
            assertThat(reports.get(1).features().get(0).fromPrevious().ks()).isGreaterThan(0.4);
            assertThat(reports.get(2).features().get(0).fromPrevious().ks()).isLessThan(0.1);
        }
    }

    @Test
    void aSlidingWindowIsTheSumOfItsPanes() throws Exception {
        try (var harness = harness(config(200, 100, 0, 2), PROFILE)) {
            harness.open();
            for (int start = 0; start < 400; start += 100) {
                harness.processElement(pane(start, 0), start);
            }
            harness.processWatermark(Long.MAX_VALUE);

            assertThat(harness.extractOutputValues())
                    .extracting(report -> report.windowEndMillis() + " " + report.rows())
                    .containsExactly("100 400", "200 800", "300 800", "400 800", "500 400");
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void lateRowsReviseTheirWindowOnceForAllSubtasks() throws Exception {
        try (var harness = harness(config(100, 100, 1_000, 2), PROFILE)) {
            harness.open();
            harness.processElement(pane(0, 0), 0);
            harness.processWatermark(120);
            harness.processElement(pane(0, 0), 0);
            harness.processElement(pane(0, 0), 0);
            assertThat(harness.extractOutputValues()).hasSize(1);
            harness.processWatermark(130);
            harness.processElement(pane(0, 0), 0);
            harness.processWatermark(140);

            assertThat(harness.extractOutputValues())
                    .extracting(report -> report.revision() + " " + report.rows())
                    .containsExactly("0 400", "1 1200", "2 1600");
            harness.processWatermark(1_099);
            harness.processElement(pane(0, 0), 0);
            harness.processWatermark(1_200);
            assertThat(harness.extractOutputValues()).hasSize(3);
        }
    }

    @Test
    void aRestoredWindowGoesOnWhereItWas() throws Exception {
        var config = config(200, 100, 0, 2);
        List<DriftReport> whole;
        try (var harness = harness(config, PROFILE)) {
            harness.open();
            for (int start = 0; start < 800; start += 100) {
                harness.processElement(pane(start, start > 300 ? 0.3 : 0), start);
                harness.processWatermark(start + 50);
            }
            harness.processWatermark(Long.MAX_VALUE);
            whole = harness.extractOutputValues();
        }

        OperatorSubtaskState snapshot;
        List<DriftReport> before;
        try (var harness = harness(config, PROFILE)) {
            harness.open();
            for (int start = 0; start < 500; start += 100) {
                harness.processElement(pane(start, start > 300 ? 0.3 : 0), start);
                harness.processWatermark(start + 50);
            }
            snapshot = harness.snapshot(1, 1);
            before = harness.extractOutputValues();
        }
        try (var harness = harness(config, PROFILE)) {
            harness.initializeState(snapshot);
            harness.open();
            for (int start = 500; start < 800; start += 100) {
                harness.processElement(pane(start, 0.3), start);
                harness.processWatermark(start + 50);
            }
            harness.processWatermark(Long.MAX_VALUE);
            List<DriftReport> after = harness.extractOutputValues();
            assertThat(whole.subList(0, before.size())).hasToString(before.toString());
            assertThat(whole.subList(before.size(), whole.size())).hasToString(after.toString());
            assertThat(harness.getSideOutput(WindowFunction.ALERTS))
                    .extracting(StreamRecord::getValue)
                    .extracting(Alert::state)
                    .containsExactly(Alert.State.RAISED, Alert.State.RESOLVED);
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void rowsOfAWindowThatWasReportedBeforeARestoreReviseIt() throws Exception {
        var config = config(100, 100, 1_000, 2);
        OperatorSubtaskState snapshot;
        try (var harness = harness(config, PROFILE)) {
            harness.open();
            harness.processElement(pane(0, 0), 0);
            harness.processWatermark(150);
            snapshot = harness.snapshot(1, 1);
        }
        try (var harness = harness(config, PROFILE)) {
            harness.initializeState(snapshot);
            harness.open();
            harness.processElement(pane(0, 0), 0);
            harness.processWatermark(160);
            assertThat(harness.extractOutputValues())
                    .extracting(report -> report.revision() + " " + report.rows())
                    .containsExactly("1 800");
        }
    }

    @Test
    void aVersionWithoutAProfileIsReportedAsSuch() throws Exception {
        var layout = CountLayout.of(WATCHED, null);
        var counts = new Counts(layout);
        layout.count(Scores.of(0, "1", "", Double.NaN), counts);
        try (var harness = harness(config(100, 100, 0, 2))) {
            harness.open();
            harness.processElement(
                    counts.pane(0, new VersionId("fraud", "1", "sha256:1"), "", layout.name()), 0);
            harness.processWatermark(99);
            assertThat(harness.extractOutputValues())
                    .singleElement()
                    .returns(DriftReport.Status.NO_REFERENCE, DriftReport::status)
                    .returns("1 has no reference profile", DriftReport::detail)
                    .extracting(report -> report.features().get(0))
                    .returns(FeatureDrift.Status.NO_REFERENCE, FeatureDrift::status)
                    .returns(1L, feature -> feature.current().missing());
        }
    }

    @Test
    void rowsThatWereCountedForAnotherProfileAreSaidNotToBeCompared() throws Exception {
        try (var harness = harness(config(100, 100, 0, 2), PROFILE)) {
            harness.open();
            harness.processElement(pane(profile(2), 0, "", 0), 0);
            harness.processElement(pane(profile(2), 0, "", 0), 0);
            harness.processElement(pane(0, 0), 0);
            harness.processWatermark(99);
            assertThat(harness.extractOutputValues())
                    .singleElement()
                    .returns(1_200L, DriftReport::rows)
                    .returns(DriftReport.Status.COMPARED, DriftReport::status)
                    .returns(
                            "800 of 1200 rows were counted before the profile, or what is watched,"
                                    + " changed",
                            DriftReport::detail)
                    .returns(400L, report -> report.features().get(0).current().rows());
        }
    }

    @Test
    void aRestoredPaneOfOtherFeaturesIsCountedAndNotCompared() throws Exception {
        var other = Scores.features(Kind.NUMERIC, "y", "x");
        var layout = CountLayout.of(other, PROFILE);
        var counts = new Counts(layout);
        layout.count(Scores.of(0, "1", "", 1, 2), counts);
        try (var harness = harness(config(100, 100, 0, 2), PROFILE)) {
            harness.open();
            harness.processElement(
                    counts.pane(0, new VersionId("fraud", "1", "sha256:1"), "", layout.name()), 0);
            harness.processElement(pane(0, 0), 0);
            harness.processWatermark(99);
            assertThat(harness.extractOutputValues())
                    .singleElement()
                    .returns(401L, DriftReport::rows)
                    .returns(400L, report -> report.features().get(0).current().rows());
        }
    }

    @Test
    void segmentsAreReportedApart() throws Exception {
        try (var harness = harness(config(100, 100, 0, 1), PROFILE)) {
            harness.open();
            harness.processElement(pane(PROFILE, 0, "", 0), 0);
            harness.processElement(pane(PROFILE, 0, "web", 0.5), 0);
            harness.processWatermark(99);
            assertThat(harness.extractOutputValues())
                    .extracting(report -> report.segment() + causes(report))
                    .containsExactlyInAnyOrder("[]", "web[DISTRIBUTION]");
            assertThat(harness.getSideOutput(WindowFunction.ALERTS))
                    .singleElement()
                    .extracting(StreamRecord::getValue)
                    .returns("web", Alert::segment);
        }
    }

    /** Whose rows are always larger than the others'. */
    private static final SegmentReference WEB =
            new SegmentReference(
                    "web",
                    List.of(
                            NumericReference.of(
                                    "x",
                                    Role.FEATURE,
                                    new Random(2).doubles(5_000, 0.5, 1.5).toArray(),
                                    0)),
                    new double[0]);

    private static final ReferenceProfile SEGMENTED =
            ReferenceProfile.of("fraud", "1", PROFILE.series(), null, null, List.of(WEB));

    @Test
    void aSegmentThatHasAlwaysBeenDifferentHasNotDrifted() throws Exception {
        var web = CountLayout.of(WATCHED, SEGMENTED, WEB);
        try (var harness = harness(config(100, 100, 0, 1), SEGMENTED)) {
            harness.open();
            harness.processElement(pane(web, 0, "web", 0.5), 0);
            harness.processElement(pane(SEGMENTED, 0, "shop", 0.5), 0);
            harness.processWatermark(99);
            assertThat(harness.extractOutputValues())
                    .extracting(report -> report.segment() + causes(report), DriftReport::reference)
                    .containsExactlyInAnyOrder(
                            tuple("web[]", new Reference(SEGMENTED.digest(), "web")),
                            tuple("shop[DISTRIBUTION]", new Reference(SEGMENTED.digest(), "")));

            // What has become like all others is no longer what it was.
            harness.processElement(pane(web, 100, "web", 0), 100);
            harness.processWatermark(199);
            assertThat(harness.extractOutputValues())
                    .last()
                    .returns("web[DISTRIBUTION]", report -> report.segment() + causes(report));
            assertThat(harness.getSideOutput(WindowFunction.ALERTS))
                    .extracting(StreamRecord::getValue)
                    .filteredOn(alert -> alert.state() == Alert.State.RAISED)
                    .extracting(Alert::segment, alert -> alert.reference().segment())
                    .containsExactlyInAnyOrder(tuple("shop", ""), tuple("web", "web"));
        }
    }

    @Test
    void rowsThatWereCountedBeforeASegmentHadAReferenceAreNotComparedWithIt() throws Exception {
        var web = CountLayout.of(WATCHED, SEGMENTED, WEB);
        try (var harness = harness(config(100, 100, 0, 1), SEGMENTED)) {
            harness.open();
            harness.processElement(pane(SEGMENTED, 0, "web", 0), 0);
            harness.processElement(pane(web, 0, "web", 0.5), 0);
            harness.processWatermark(99);
            assertThat(harness.extractOutputValues())
                    .singleElement()
                    .returns(2L * ROWS, DriftReport::rows)
                    .returns(List.of(), WindowFunctionTest::causes)
                    .extracting(DriftReport::detail)
                    .asString()
                    .startsWith(ROWS + " of " + 2 * ROWS + " rows were counted before");
        }
    }

    /** Of windows of 100, each is compared with the two before the one before it. */
    private static final MonitorConfig ROLLING =
            new MonitorConfig(
                    RegistryAddress.directory(Path.of("none")),
                    WATCHED,
                    100,
                    100,
                    0,
                    new MonitorConfig.Rolling(200, 100),
                    new DriftRule(200, 0.01, 0.06, 0.05, 0.01, 0.02, 1, 3, 0),
                    List.of());

    @Test
    void aReferenceThatRollsForgetsWhatOnceWasAChange() throws Exception {
        try (var harness = harness(ROLLING, PROFILE)) {
            harness.open();
            for (int window = 0; window < 10; window++) {
                harness.processElement(pane(100L * window, window < 4 ? 0 : 0.5), 0);
                harness.processWatermark(100L * window + 99);
            }
            List<DriftReport> reports = harness.extractOutputValues();
            assertThat(reports)
                    .extracting(report -> !causes(report).isEmpty())
                    .containsExactly(
                            false, false, false, false, true, true, true, false, false, false);
            // Until there are enough rows, the profile is what they are compared with.
            assertThat(reports.subList(0, 2))
                    .extracting(DriftReport::reference)
                    .containsOnly(new Reference(PROFILE.digest(), ""));
            assertThat(reports.get(2).reference())
                    .isEqualTo(new Reference(PROFILE.digest(), "", -100, 100));
            assertThat(reports.get(8).reference())
                    .isEqualTo(new Reference(PROFILE.digest(), "", 500, 700));
            // Of window 6, half of the reference is as it was and half as it has become.
            assertThat(reports.get(6).features().get(0).fromReference().ks()).isBetween(0.2, 0.3);
            assertThat(reports.get(6).features().get(0).bins().get(0).referenceShare())
                    .isBetween(0.03, 0.07);
            assertThat(harness.getSideOutput(WindowFunction.ALERTS))
                    .extracting(StreamRecord::getValue)
                    .extracting(Alert::state, alert -> alert.reference().isRolling())
                    .containsExactly(
                            tuple(Alert.State.RAISED, true), tuple(Alert.State.RESOLVED, true));
        }
    }

    @Test
    void anIncidentEndsWhenNothingComesThoughTheReferencesRowsAreKept() throws Exception {
        try (var harness = harness(ROLLING, PROFILE)) {
            harness.open();
            harness.processElement(pane(0, 0), 0);
            harness.processElement(pane(200, 0.5), 0);
            harness.processWatermark(398);
            assertThat(harness.getSideOutput(WindowFunction.ALERTS))
                    .extracting(alert -> alert.getValue().state())
                    .containsExactly(Alert.State.RAISED);
            harness.processWatermark(399);
            assertThat(harness.getSideOutput(WindowFunction.ALERTS))
                    .extracting(alert -> alert.getValue().state())
                    .containsExactly(Alert.State.RAISED, Alert.State.RESOLVED);
            assertThat(harness.numKeyedStateEntries()).isPositive();
            harness.processWatermark(699);
            assertThat(harness.numKeyedStateEntries()).isZero();
            assertThat(harness.getSideOutput(WindowFunction.ALERTS)).hasSize(2);
        }
    }

    @Test
    void aReportOfManyFeaturesComesInParts() throws Exception {
        var many =
                Scores.features(
                        Kind.NUMERIC,
                        IntStream.range(0, 600).mapToObj(i -> "f" + i).toArray(String[]::new));
        var config =
                new MonitorConfig(
                        RegistryAddress.directory(Path.of("none")),
                        many,
                        100,
                        100,
                        0,
                        config(100, 100, 0, 1).rule());
        var layout = CountLayout.of(many, null);
        var counts = new Counts(layout);
        layout.count(Scores.of(0, "1", "", new double[600]), counts);
        try (var harness = harness(config)) {
            harness.open();
            harness.processElement(
                    counts.pane(0, new VersionId("fraud", "1", "sha256:1"), "", layout.name()), 0);
            harness.processWatermark(99);
            assertThat(harness.extractOutputValues())
                    .extracting(
                            report ->
                                    report.part()
                                            + "/"
                                            + report.parts()
                                            + " "
                                            + report.features().size())
                    .containsExactly("0/3 250", "1/3 250", "2/3 100");
        }
    }
}
