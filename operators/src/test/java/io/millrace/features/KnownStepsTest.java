package io.millrace.features;

import static io.millrace.features.FeatureRows.count;
import static io.millrace.features.FeatureRows.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.record.Event;
import io.millrace.record.EventTypeInfo;
import io.millrace.spec.FeaturesSpec.From;
import io.millrace.spec.FeaturesSpec.Order;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** What a checkpoint that is no savepoint says to a job that knows nothing of it. */
// The harness may be interrupted while it closes, and javac warns of that at each use.
@SuppressWarnings("try")
class KnownStepsTest {
    private static final KnownSteps CUSTOMERS = new KnownSteps(List.of("customer"), true);
    private static final KnownSteps BOTH = new KnownSteps(List.of("customer", "terminal"), true);

    @Test
    void aNewStepDoesNotClaimAHistoryThatItHasNotSeen() throws Exception {
        OperatorSubtaskState checkpoint = checkpoint(CUSTOMERS);
        assertThatThrownBy(() -> restore(BOTH, checkpoint))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("had no windows of terminal")
                .hasMessageContaining("upgradeMode: savepoint");
    }

    @Test
    void whatWasThereGoesOnAndWhatIsGoneIsNotMissed() throws Exception {
        restore(BOTH, checkpoint(BOTH));
        restore(CUSTOMERS, checkpoint(BOTH));
    }

    @Test
    void aNewStepThatClaimsNothingBeginsWithItsFirstRow() throws Exception {
        restore(new KnownSteps(List.of("customer", "terminal"), false), checkpoint(CUSTOMERS));
    }

    @Test
    void aJobWithoutWindowsIsRememberedToo() throws Exception {
        OperatorSubtaskState checkpoint = checkpoint(new KnownSteps(List.of(), true));
        assertThatThrownBy(() -> restore(CUSTOMERS, checkpoint))
                .hasMessageContaining("had no windows of customer");
    }

    @Test
    void aCheckpointThatDoesNotSayIsBelieved() {
        assertThat(BOTH.problemOf(List.of())).isNull();
    }

    private static OperatorSubtaskState checkpoint(KnownSteps steps) throws Exception {
        try (var harness = harness(steps)) {
            harness.open();
            harness.processElement(event(0, 100, 1, 7, "10.00"), 100);
            return harness.snapshot(1, 1);
        }
    }

    private static void restore(KnownSteps steps, OperatorSubtaskState checkpoint)
            throws Exception {
        try (var harness = harness(steps)) {
            harness.initializeState(checkpoint);
            harness.open();
        }
    }

    private static OneInputStreamOperatorTestHarness<Event, Partial> harness(KnownSteps steps)
            throws Exception {
        var config =
                FeatureRows.config(
                        Order.ARRIVAL, Duration.ZERO, count("customer", From.EVENTS, 10));
        var plan = FeaturePlan.of(config);
        return new OneInputStreamOperatorTestHarness<>(
                new ProcessOperator<>(
                        new ExpressionFunction<>(
                                plan.width(),
                                new Expressions(plan, config.eventColumns()),
                                plan.requiredOfEvents(),
                                new Exit.ToStep(false),
                                steps)),
                EventTypeInfo.of(FeatureRows.rowType(FeatureRows.EVENT_COLUMNS))
                        .createSerializer(new SerializerConfigImpl()));
    }
}
