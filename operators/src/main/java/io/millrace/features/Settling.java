package io.millrace.features;

import io.millrace.record.DeadLetter;
import io.millrace.record.Event;
import io.millrace.spec.ExpressionException;
import java.util.function.Consumer;
import org.apache.flink.util.Collector;

/**
 * Teaches an entity's past a row and, if it is an event, answers it: the same in a stream and over
 * a history.
 *
 * @param <T> what leaves the step
 */
final class Settling<T> {
    private final EntityWindows windows;
    private final Exit<T> exit;
    private final FeatureMetrics metrics;
    private final Warming warming;

    /** What a step knows of how far back its history goes. */
    interface Warming {
        /** Of a history that is read from its beginning. */
        Warming NEVER = row -> Slots.NONE;

        /** A row has been learnt. */
        default void learnt(Partial row) {}

        /**
         * The slots that warm as of an event, which has been learnt.
         *
         * @throws ExpressionException where what the event lacks has no value
         */
        int[] asOf(Partial event);
    }

    Settling(EntityWindows windows, Exit<T> exit, FeatureMetrics metrics, Warming warming) {
        this.windows = windows;
        this.exit = exit;
        this.metrics = metrics;
        this.warming = warming;
    }

    /**
     * Settles a row.
     *
     * @param horizonMillis rows from before it will not be asked for
     * @param refused takes the row where an expression has no value
     * @return whether the past has learnt anything
     */
    boolean settle(
            Partial row,
            EntityPast past,
            long horizonMillis,
            Collector<T> out,
            Consumer<DeadLetter> refused) {
        Event event = row.event();
        long timeMillis = row.timeMillis();
        boolean isChanged;
        try {
            isChanged =
                    row.isLabel()
                            ? windows.learnLabel(past, timeMillis, event.row())
                            : windows.learnEvent(past, timeMillis, event.row());
        } catch (ExpressionException e) {
            fail(event, String.valueOf(e.getMessage()), refused);
            return false;
        }
        windows.forget(past, horizonMillis);
        warming.learnt(row);
        if (row.isLabel()) {
            exit.label(event, out);
        } else {
            answer(row, past, out, refused);
        }
        return isChanged;
    }

    private void answer(
            Partial row, EntityPast past, Collector<T> out, Consumer<DeadLetter> refused) {
        Event event = row.event();
        int[] warms = Slots.NONE;
        String problem;
        try {
            warms = warming.asOf(row);
            problem = windows.answer(past, row.timeMillis(), row.values());
            if (problem == null) {
                exit.complete(event, row.values());
            }
        } catch (ExpressionException e) {
            problem = String.valueOf(e.getMessage());
        }
        if (problem == null) {
            metrics.answered(warms.length);
            exit.event(event, row.values(), warms, out);
        } else {
            fail(event, problem, refused);
        }
    }

    private void fail(Event event, String detail, Consumer<DeadLetter> refused) {
        metrics.failed();
        refused.accept(
                new DeadLetter(
                        event.origin(),
                        FeatureStage.STAGE,
                        DeadLetter.Reason.FEATURE_FAILED,
                        detail,
                        event.id()));
    }
}
