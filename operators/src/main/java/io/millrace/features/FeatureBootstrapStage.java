package io.millrace.features;

import io.millrace.record.Event;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.OperatorTransformation;
import org.apache.flink.state.api.SavepointReader;
import org.apache.flink.state.api.SavepointWriter;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.jspecify.annotations.Nullable;

/**
 * Events and labels of the past in, the state of the feature stage's steps in a savepoint out: as
 * if the stage had had these features all along.
 *
 * <p>What was answered is learnt. What waited goes on to wait, at the first step that reads it, and
 * so is learnt and answered by all of them.
 */
public final class FeatureBootstrapStage {
    private final FeatureConfig config;
    private final FeaturePlan plan;

    /**
     * A stage that is not yet attached.
     *
     * @throws IllegalArgumentException as {@link FeatureStage}'s constructor does
     */
    public FeatureBootstrapStage(FeatureConfig config) {
        this.config = config;
        this.plan = FeaturePlan.of(config);
    }

    /** Whether any window is over labels. */
    public boolean readsLabels() {
        return plan.firstLabelStep() < plan.steps().size();
    }

    /** Whether a uid is that of an entity's step, whose state this stage makes. */
    public static boolean isStep(String uid) {
        return uid.startsWith(FeatureStage.ENTITY_UID_PREFIX)
                && !uid.equals(FeatureStage.EXPRESSIONS_UID)
                && !uid.equals(FeatureStage.LABELS_UID);
    }

    /**
     * Asks each step of a savepoint how far it had come.
     *
     * @param steps their uids
     */
    public static Answered answered(SavepointReader savepoint, List<String> steps)
            throws Exception {
        var recorded = new ArrayList<Recorded>();
        for (String step : steps) {
            recorded.add(Recorded.merge(recorded(savepoint, step)));
        }
        return Answered.of(recorded);
    }

    private static List<Recorded> recorded(SavepointReader savepoint, String step)
            throws Exception {
        var subtasks = new ArrayList<Recorded>();
        try (var states =
                savepoint
                        .readUnionState(
                                OperatorIdentifier.forUid(step),
                                EntityFunction.recorded().getName(),
                                new RecordedTypeInfo())
                        .executeAndCollect()) {
            states.forEachRemaining(subtasks::add);
        }
        return subtasks;
    }

    /**
     * Adds the state of each step to a savepoint, which must not hold any of that step.
     *
     * @param answered how far the savepoint's own steps had come
     * @param events the accepted events that the savepoint's job has read
     * @param labels the accepted labels that it has read; null where it has read none
     */
    public void attach(
            Answered answered,
            DataStream<Event> events,
            @Nullable DataStream<Event> labels,
            SavepointWriter savepoint) {
        var type = new PartialTypeInfo(PartialLayout.of(config));
        DataStream<Partial> rows =
                events.process(
                                new ExpressionFunction<>(
                                        plan.width(),
                                        expressions(),
                                        plan.requiredOfEvents(),
                                        new Exit.ToStep(false),
                                        KnownSteps.of(plan, config)))
                        .returns(type)
                        .name("features: expressions");
        for (int step = 0; step < plan.steps().size(); step++) {
            if (step == plan.firstLabelStep() && labels != null) {
                rows =
                        rows.union(
                                labels.process(new LabelFunction(plan.requiredOfLabels()))
                                        .returns(type)
                                        .name("features: labels"));
            }
            attach(step, answered, rows, savepoint);
        }
    }

    private void attach(
            int index, Answered answered, DataStream<Partial> rows, SavepointWriter savepoint) {
        var step = plan.steps().get(index);
        var waiting = new WaitingRows(PartialLayout.of(config), expressions(), step.slots());
        var function =
                new StepBootstrapFunction(
                        step,
                        plan.lateness(),
                        waiting,
                        answered,
                        index == 0,
                        index == plan.firstLabelStep());
        savepoint.withOperator(
                OperatorIdentifier.forUid(FeatureStage.ENTITY_UID_PREFIX + step.entity()),
                OperatorTransformation.bootstrapWith(rows)
                        .keyBy(new EntitySelector(step), FeatureStage.keyType(step))
                        .transform(function));
    }

    private Expressions expressions() {
        return new Expressions(plan, config.eventColumns());
    }
}
