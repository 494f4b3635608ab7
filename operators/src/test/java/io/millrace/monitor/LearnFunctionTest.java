package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.FeatureDrift.Kind;
import io.millrace.record.FeatureDrift.Role;
import io.millrace.record.Score;
import io.millrace.registry.RegistryAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.operators.StreamFlatMap;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;

// The harness may be interrupted while it closes, and javac warns of that at each use.
@SuppressWarnings("try")
class LearnFunctionTest {
    private static final List<Watched> WATCHED = watched();
    private static final int ROWS = 50;
    private static final long SLIDE = 100;
    private static final VersionId FIRST = new VersionId("fraud", "1", "sha256:1");

    private static final LearnConfig CONFIG =
            new LearnConfig(
                    RegistryAddress.directory(Path.of("none")), WATCHED, false, ROWS, SLIDE);

    private static List<Watched> watched() {
        List<Watched> watched = new ArrayList<>(Scores.features(Kind.NUMERIC, "x"));
        watched.add(Watched.SCORE);
        watched.add(Watched.DECISION);
        return watched;
    }

    /** Takes a profile unless it is told not to. */
    private static final class Shelf implements ProfileSource {
        private static final long serialVersionUID = 1L;

        private final ArrayList<byte[]> laid = new ArrayList<>();
        private boolean isDown;
        private int asked;

        @Override
        public Answer of(VersionId version) {
            return laid.isEmpty()
                    ? new Answer(null, "there is none", false)
                    : Answer.of(ReferenceProfile.read(laid.get(0)));
        }

        @Override
        public Laid put(VersionId version, ReferenceProfile profile) {
            assertThat(version).isEqualTo(FIRST);
            asked++;
            if (isDown) {
                return Laid.FAILED;
            }
            laid.add(profile.json());
            return Laid.WRITTEN;
        }

        @Override
        public ProfileSource in(String temporaryFolder) {
            return this;
        }
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, FirstRow, FirstRow> harness(
            Shelf shelf) throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new LearnFunction(CONFIG, shelf)),
                FirstRow::key,
                Types.STRING);
    }

    private static FirstRow row(int number, double x) {
        return FirstRow.of(Scores.of(number, "1", "", x));
    }

    private static void add(
            KeyedOneInputStreamOperatorTestHarness<String, FirstRow, FirstRow> harness,
            FirstRow row)
            throws Exception {
        harness.processElement(new StreamRecord<>(row, row.eventTimeMillis()));
    }

    private static NumericReference x(Shelf shelf) {
        assertThat(shelf.laid).hasSize(1);
        var profile = ReferenceProfile.read(shelf.laid.get(0));
        assertThat(profile.model() + "/" + profile.version()).isEqualTo("fraud/1");
        return (NumericReference) Objects.requireNonNull(profile.find("x", Role.FEATURE));
    }

    @Test
    void aRowTravelsWithoutKryo() {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(FirstRow.class);
    }

    /** In any order, with a restart at any place, more rows than are needed, and two versions. */
    @Test
    void theFirstRowsByEventTimeBecomeTheProfile() throws Exception {
        var rows = new ArrayList<FirstRow>();
        for (int i = 0; i < 4 * ROWS; i++) {
            rows.add(row(i, i));
            if (i % 10 == 0) {
                rows.add(FirstRow.of(Scores.of(i, "2", "", -1)));
            }
        }
        for (int seed = 0; seed < 10; seed++) {
            var random = new Random(seed);
            Collections.shuffle(rows, random);
            int restart = random.nextInt(rows.size());
            var shelf = new Shelf();
            var harness = harness(shelf);
            harness.open();
            for (int i = 0; i < rows.size(); i++) {
                add(harness, rows.get(i));
                if (i == restart) {
                    OperatorSubtaskState snapshot = harness.snapshot(1, 1);
                    harness.close();
                    harness = harness(shelf);
                    harness.initializeState(snapshot);
                    harness.open();
                }
            }
            assertThat(shelf.laid).isEmpty();
            harness.processWatermark(98);
            assertThat(shelf.laid).isEmpty();
            harness.processWatermark(99);
            NumericReference x = x(shelf);
            assertThat(x.rows()).isEqualTo(ROWS);
            assertThat(x.min()).isZero();
            assertThat(x.max()).isEqualTo(ROWS - 1.0);
            // What comes after that is not needed, and not kept.
            add(harness, row(500, 500));
            harness.processWatermark(1_000);
            assertThat(shelf.laid).hasSize(1);
            harness.close();
        }
    }

    @Test
    void anEarlierRowIsWaitedFor() throws Exception {
        var shelf = new Shelf();
        try (var harness = harness(shelf)) {
            harness.open();
            for (int i = 0; i < ROWS; i++) {
                add(harness, row(150 + i, 9));
            }
            harness.processWatermark(99);
            add(harness, row(100, 1));
            harness.processWatermark(198);
            assertThat(shelf.laid).isEmpty();
            harness.processWatermark(199);
            assertThat(x(shelf).min()).isEqualTo(1);
        }
    }

    @Test
    void aRegistryThatIsDownIsTriedAgain() throws Exception {
        var shelf = new Shelf();
        shelf.isDown = true;
        try (var harness = harness(shelf)) {
            harness.open();
            for (int i = 0; i < ROWS; i++) {
                add(harness, row(i, i));
            }
            harness.setProcessingTime(0);
            harness.processWatermark(99);
            assertThat(shelf.asked).isEqualTo(1);
            // Not with each slide: many may pass at once.
            harness.setProcessingTime(599_999);
            harness.processWatermark(1_050);
            assertThat(shelf.asked).isEqualTo(1);
            shelf.isDown = false;
            harness.setProcessingTime(600_000);
            harness.processWatermark(1_098);
            assertThat(shelf.laid).isEmpty();
            harness.processWatermark(1_099);
            assertThat(x(shelf).rows()).isEqualTo(ROWS);
            assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
        }
    }

    @Test
    void theEndOfAStreamIsTheEndThoughTheRegistryIsDown() throws Exception {
        var shelf = new Shelf();
        shelf.isDown = true;
        try (var harness = harness(shelf)) {
            harness.open();
            for (int i = 0; i < ROWS; i++) {
                add(harness, row(i, i));
            }
            harness.processWatermark(Long.MAX_VALUE);
            assertThat(shelf.asked).isEqualTo(1);
        }
    }

    @Test
    void aVersionThatScoresNoMoreIsGivenUp() throws Exception {
        var shelf = new Shelf();
        try (var harness = harness(shelf)) {
            harness.open();
            for (int i = 0; i < ROWS - 1; i++) {
                add(harness, row(i, i));
            }
            harness.processWatermark(LearnFunction.IDLE_MILLIS);
            assertThat(harness.numKeyedStateEntries()).isPositive();
            harness.processWatermark(LearnFunction.IDLE_MILLIS + 86_400_000);
            assertThat(harness.numKeyedStateEntries()).isZero();
            assertThat(shelf.asked).isZero();
        }
    }

    @Test
    void onlyWhatHasNoProfileIsSentAndNothingThatWarms() throws Exception {
        var shelf = new Shelf();
        var function = new FirstRowFunction(new KnownProfiles(shelf, List.of(), SLIDE));
        try (var harness =
                new OneInputStreamOperatorTestHarness<Score, FirstRow>(
                        new StreamFlatMap<>(function), 1, 1, 0)) {
            harness.open();
            harness.processElement(Scores.of(1, "1", "web", 3), 1);
            harness.processElement(Scores.warming(new int[] {0}, 3), 2);
            harness.processElement(Scores.answeredByFallback(2, 7), 2);
            shelf.put(
                    FIRST,
                    ReferenceProfile.of(
                            "fraud",
                            "1",
                            List.of(
                                    NumericReference.of(
                                            "x", Role.FEATURE, new double[] {1, 2}, 0))));
            // It is asked for again with the next window.
            harness.processElement(Scores.of(3, "1", "web", 4), 3);
            harness.processElement(Scores.of(100, "1", "web", 5), 100);
            assertThat(harness.extractOutputValues())
                    .extracting(row -> row.segment() + row.features()[0] + row.decision())
                    .containsExactly("web3.0approve", "web4.0approve");
        }
    }
}
