package io.millrace.features;

import static io.millrace.features.FeatureRows.average;
import static io.millrace.features.FeatureRows.count;
import static io.millrace.features.FeatureRows.event;
import static io.millrace.features.FeatureRows.expression;
import static io.millrace.features.FeatureRows.label;
import static io.millrace.features.FeatureRows.sum;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.Event;
import io.millrace.record.FeatureVector;
import io.millrace.spec.FeaturesSpec.FeatureSpec;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.Order;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A step's savepoint of version 1 restores. It is written anew with {@code -Dmillrace.update=true},
 * and kept when the version changes: the next one gets a file of its own.
 */
// The harness may be interrupted while it closes, and javac warns of that at each use.
@SuppressWarnings("try")
class SavepointFixtureTest {
    private static final Path FIXTURE =
            Path.of("src", "test", "resources", "features", "step-savepoint-v1.bin");

    @ParameterizedTest
    @ValueSource(strings = {"hashmap", "rocksdb"})
    void version1Restores(String backend) throws Exception {
        if (Boolean.getBoolean("millrace.update")) {
            write();
        }
        var after =
                config(
                        sum("customer", From.EVENTS, 100),
                        expression("AMOUNT", "amount"),
                        average("customer", From.LABELS, 100, -1),
                        count("customer", From.EVENTS, 200));
        try (var harness = StepHarness.of(after, 0, backend)) {
            harness.initializeState(OperatorSnapshotUtil.readStateHandle(FIXTURE.toString()));
            harness.open();
            feed(harness, 4, event(4, 1_030, 1, 7, "8.00"));
            harness.processWatermark(1_100);
            assertThat(harness.extractOutputValues())
                    .extracting(vector -> Arrays.toString(vector.values()))
                    .containsExactlyInAnyOrder(
                            "[6.0, 4.0, 1.0, 2.0]",
                            "[14.0, 8.0, 1.0, 3.0]",
                            "[16.0, 16.0, -1.0, 1.0]");
            assertThat(harness.extractOutputValues())
                    .extracting(FeatureVector::warming)
                    .allSatisfy(warming -> assertThat(warming).contains(3));
        }
    }

    private static void write() throws Exception {
        var before =
                config(
                        expression("AMOUNT", "amount"),
                        sum("customer", From.EVENTS, 100),
                        average("customer", From.LABELS, 100, -1));
        try (var harness = StepHarness.of(before, 0, "hashmap")) {
            harness.open();
            feed(harness, 3, event(0, 1_000, 1, 7, "2.00"));
            feed(harness, 3, label(0, 1_005, 1, 7, true));
            harness.processWatermark(1_010);
            feed(harness, 3, event(1, 1_020, 1, 7, "4.00"));
            feed(harness, 3, event(2, 1_020, 2, 7, "16.00"));
            var canonical = SavepointType.savepoint(SavepointFormatType.CANONICAL);
            OperatorSnapshotUtil.writeStateHandle(
                    harness.snapshotWithLocalState(1, 1, canonical).getJobManagerOwnedState(),
                    FIXTURE.toString());
        }
    }

    private static FeatureConfig config(FeatureSpec... vector) {
        return FeatureRows.config(Order.EVENT_TIME, Duration.ZERO, vector);
    }

    private static void feed(
            KeyedOneInputStreamOperatorTestHarness<Object, Partial, FeatureVector> harness,
            int width,
            Event row)
            throws Exception {
        boolean isLabel = row.origin().topic().equals("labels");
        double[] values = new double[width];
        Arrays.fill(values, Double.NaN);
        if (!isLabel) {
            // The expression, which is the first feature before and the second after.
            values[width - 3] = row.row().getDecimal(2, 10, 2).toBigDecimal().doubleValue();
        }
        harness.processElement(
                isLabel ? Partial.label(row) : Partial.event(row, values), row.eventTimeMillis());
    }
}
