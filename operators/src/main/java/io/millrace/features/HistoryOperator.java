package io.millrace.features;

import io.millrace.record.DeadLetter;
import io.millrace.record.UntilPassed;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InputSelectable;
import org.apache.flink.streaming.api.operators.InputSelection;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.TimestampedCollector;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * What {@link EntityFunction} does in a stream, over a history that comes in event-time order: rows
 * that the watermark has passed are answered in that order. Rows wait together, whatever their
 * entities, and pasts are on the heap until their windows have passed.
 *
 * @param <T> what leaves the step
 */
abstract class HistoryOperator<T> extends AbstractStreamOperator<T> {
    private static final long serialVersionUID = 1L;

    /** So many are not worth looking through. */
    private static final int FEW_PASTS = 1_000;

    private final EntitySelector entity;
    private final EntityWindows windows;
    private final Exit<T> exit;
    private final Ties ties;

    private transient UntilPassed<Partial> waiting;
    private transient Map<Object, EntityPast> pasts;
    private transient int mostPasts;
    private transient TimestampedCollector<T> out;
    private transient Settling<T> settling;

    @SuppressWarnings("NullAway.Init") // Set in open().
    HistoryOperator(FeaturePlan.EntityStep step, Exit<T> exit, Ties ties) {
        this.entity = new EntitySelector(step);
        this.windows = step.windows();
        this.exit = exit;
        this.ties = ties;
    }

    @Override
    public void open() throws Exception {
        super.open();
        waiting = new UntilPassed<>(Partial::timeMillis, Partial.inEventTimeOrder(ties));
        pasts = new HashMap<>();
        mostPasts = FEW_PASTS;
        out = new TimestampedCollector<>(output);
        settling =
                new Settling<>(
                        windows,
                        exit,
                        new FeatureMetrics(getMetricGroup()),
                        Settling.Warming.NEVER);
    }

    void await(Partial row) {
        waiting.add(row);
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        waiting.pass(mark.getTimestamp(), this::settle);
        if (pasts.size() > mostPasts) {
            sweep(mark.getTimestamp());
        }
        super.processWatermark(mark);
    }

    /**
     * Forgets entities whose windows have passed. Done when there are twice as many as last time,
     * it costs each new entity a look or two.
     */
    private void sweep(long watermarkMillis) {
        for (var past = pasts.values().iterator(); past.hasNext(); ) {
            EntityPast known = past.next();
            windows.forget(known, watermarkMillis);
            if (known.isEmpty()) {
                past.remove();
            }
        }
        mostPasts = Math.max(FEW_PASTS, 2 * pasts.size());
    }

    private void settle(Partial row) {
        long timeMillis = row.timeMillis();
        EntityPast past = pasts.computeIfAbsent(entity.getKey(row), key -> windows.nothing());
        out.setAbsoluteTimestamp(timeMillis);
        settling.settle(
                row,
                past,
                timeMillis,
                out,
                refused ->
                        output.collect(
                                DeadLetter.TAG,
                                new StreamRecord<>(refused, row.event().eventTimeMillis())));
    }

    /** Of a step through which all its rows come one way. */
    static final class OneWay<T> extends HistoryOperator<T>
            implements OneInputStreamOperator<Partial, T> {
        private static final long serialVersionUID = 1L;

        OneWay(FeaturePlan.EntityStep step, Exit<T> exit, Ties ties) {
            super(step, exit, ties);
        }

        @Override
        public void processElement(StreamRecord<Partial> row) {
            await(row.getValue());
        }
    }

    /**
     * Of the step at which labels join. It reads whichever of the two is behind, so that little of
     * the other has to wait here.
     */
    static final class Joining<T> extends HistoryOperator<T>
            implements TwoInputStreamOperator<Partial, Partial, T>, InputSelectable {
        private static final long serialVersionUID = 1L;

        private transient long eventsMillis;
        private transient long labelsMillis;

        Joining(FeaturePlan.EntityStep step, Exit<T> exit, Ties ties) {
            super(step, exit, ties);
        }

        @Override
        public void open() throws Exception {
            super.open();
            eventsMillis = Long.MIN_VALUE;
            labelsMillis = Long.MIN_VALUE;
        }

        @Override
        public void processElement1(StreamRecord<Partial> event) {
            await(event.getValue());
        }

        @Override
        public void processElement2(StreamRecord<Partial> label) {
            await(label.getValue());
        }

        @Override
        public void processWatermark1(Watermark mark) throws Exception {
            eventsMillis = mark.getTimestamp();
            super.processWatermark1(mark);
        }

        @Override
        public void processWatermark2(Watermark mark) throws Exception {
            labelsMillis = mark.getTimestamp();
            super.processWatermark2(mark);
        }

        @Override
        public InputSelection nextSelection() {
            if (eventsMillis == labelsMillis) {
                return InputSelection.ALL;
            }
            return eventsMillis < labelsMillis ? InputSelection.FIRST : InputSelection.SECOND;
        }
    }
}
