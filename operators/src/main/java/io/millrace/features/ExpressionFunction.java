package io.millrace.features;

import io.millrace.record.DeadLetter;
import io.millrace.record.Event;
import io.millrace.spec.ExpressionException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Computes what the event alone says, and refuses an event without a value for an entity that it
 * must have, before any step has learnt from it. It also remembers which steps there are, and
 * refuses to go on where a new one would not know that it is new.
 *
 * @param <T> what leaves the step
 */
final class ExpressionFunction<T> extends ProcessFunction<Event, T>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    private final int width;
    private final Expressions expressions;
    private final RequiredEntities entities;
    private final Exit<T> exit;

    private final KnownSteps steps;

    private transient FeatureMetrics metrics;

    @SuppressWarnings("NullAway.Init") // Flink calls initializeState before open.
    private transient ListState<String> remembered;

    /**
     * @param width the number of features
     */
    ExpressionFunction(
            int width,
            Expressions expressions,
            RequiredEntities entities,
            Exit<T> exit,
            KnownSteps steps) {
        this.width = width;
        this.expressions = expressions;
        this.entities = entities;
        this.exit = exit;
        this.steps = steps;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        remembered =
                context.getOperatorStateStore()
                        .getUnionListState(
                                new ListStateDescriptor<>("steps", StringSerializer.INSTANCE));
        var restored = new HashSet<String>();
        remembered.get().forEach(restored::add);
        String problem = steps.problemOf(restored);
        if (problem != null) {
            throw new IllegalStateException(problem);
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        boolean isFirst = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0;
        remembered.update(isFirst ? steps.remembered() : List.of());
    }

    @Override
    public void open(OpenContext context) {
        metrics = new FeatureMetrics(getRuntimeContext().getMetricGroup());
    }

    @Override
    public void processElement(Event event, Context context, Collector<T> out) {
        String problem = entities.problemOf(event.row());
        if (problem != null) {
            metrics.failed();
            context.output(DeadLetter.TAG, RequiredEntities.refusal(event, problem));
            return;
        }
        double[] values = new double[width];
        if (expressions.slots().length < width) {
            Arrays.fill(values, Double.NaN);
        }
        try {
            expressions.answer(event, values);
            exit.complete(event, values);
        } catch (ExpressionException e) {
            metrics.failed();
            context.output(
                    DeadLetter.TAG,
                    new DeadLetter(
                            event.origin(),
                            FeatureStage.STAGE,
                            DeadLetter.Reason.FEATURE_FAILED,
                            String.valueOf(e.getMessage()),
                            event.id()));
            return;
        }
        exit.event(event, values, Slots.NONE, out);
    }
}
