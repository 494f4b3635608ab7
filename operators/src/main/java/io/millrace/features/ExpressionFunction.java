package io.millrace.features;

import io.millrace.record.DeadLetter;
import io.millrace.record.Event;
import io.millrace.spec.ExpressionException;
import java.util.Arrays;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Computes what the event alone says, and refuses an event without a value for an entity that it
 * must have, before any step has learnt from it.
 *
 * @param <T> what leaves the step
 */
final class ExpressionFunction<T> extends ProcessFunction<Event, T> {
    private static final long serialVersionUID = 1L;

    private final int width;
    private final Expressions expressions;
    private final RequiredEntities entities;
    private final Exit<T> exit;

    private transient FeatureMetrics metrics;

    /**
     * @param width the number of features
     */
    ExpressionFunction(
            int width, Expressions expressions, RequiredEntities entities, Exit<T> exit) {
        this.width = width;
        this.expressions = expressions;
        this.entities = entities;
        this.exit = exit;
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
